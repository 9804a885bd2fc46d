/* nvToolsExt.h - ranges are counted, so that a test sees one that is never popped. */
#ifndef QFP_SHIM_NVTX_H
#define QFP_SHIM_NVTX_H

#ifdef __cplusplus
extern "C" {
#endif
int nvtxRangePushA(const char *message);
int nvtxRangePop(void);
#ifdef __cplusplus
}
#endif
#define nvtxRangePush nvtxRangePushA

#endif
