/* slots.h - the checked functions behind the table of backend.h. */
#ifndef QFPI_CHECKED_SLOTS_H
#define QFPI_CHECKED_SLOTS_H

#include "backend.h"

qfp_status checked_context_create(int threads, qfp_context **out);
void checked_context_destroy(qfp_context *context);
qfp_status checked_precision_set(qfp_context *context, qfp_precision precision);
qfp_status checked_memory(size_t *bytes);
qfp_status checked_describe(qfp_context *context, char *text, size_t size);
qfp_status checked_synchronize(qfp_context *context);
qfp_status checked_buffer_create(qfp_context *context, size_t count, qfp_buffer **out);
void checked_buffer_destroy(qfp_buffer *buffer);
qfp_status checked_upload(qfp_buffer *to, size_t offset, size_t count, const double *from);
qfp_status checked_download(const qfp_buffer *from, size_t offset, size_t count, double *to);

qfp_status checked_combine(size_t count, double beta, qfp_buffer *y, int terms, const double *a,
                           qfp_buffer *const *x);
qfp_status checked_inner(size_t count, int terms, qfp_buffer *const *x, const qfp_buffer *y,
                         double *out);
qfp_status checked_recurrence_create(qfp_context *context, int length, qfp_recurrence **out);
void checked_recurrence_destroy(qfp_recurrence *recurrence);
qfp_status checked_recurrence_step(qfp_recurrence *recurrence, int j, size_t count, qfp_buffer *x,
                                   qfp_buffer *y);
qfp_status checked_recurrence_norms(const qfp_recurrence *recurrence, int first, int count,
                                    double *out);
qfp_status checked_extrema(size_t count, const qfp_buffer *x, double *min, double *max,
                           int *finite);
qfp_status checked_entropy(size_t count, const qfp_buffer *q, double scale, double *out);

qfp_status checked_grid_plan_create(qfp_context *context, const qfp_grid *grid,
                                    qfp_grid_plan **out);
void checked_grid_plan_destroy(qfp_grid_plan *plan);
qfp_status checked_transform(qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                             qfp_buffer *in, qfp_buffer *out);

qfp_status checked_symbol_create(qfp_grid_plan *plan, const qfp_symbol_spec *spec,
                                 qfp_symbol **out);
void checked_symbol_destroy(qfp_symbol *symbol);
qfp_status checked_symbol_multiply(const qfp_symbol *symbol, double scale, qfp_buffer *x,
                                   qfp_buffer *y, int accumulate);
qfp_status checked_symbol_sum(const qfp_symbol *symbol, const qfp_buffer *x, double *out);
qfp_status checked_symbol_power(const qfp_symbol *symbol, const qfp_buffer *x, double *out);

int checked_plane_fits(const qfp_grid_plan *plan, int mode);
qfp_status checked_plane_create(qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane **out);
void checked_plane_destroy(qfp_plane *plane);
qfp_status checked_plane_apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y,
                               int accumulate);

qfp_status checked_product_fill(qfp_grid_plan *plan, size_t term_count,
                                const qfp_product_term *terms, qfp_buffer *u);
qfp_status checked_marginal(qfp_grid_plan *plan, int mode, const qfp_buffer *x, double *plane);
qfp_status checked_contract(size_t outer, size_t n, size_t inner, size_t m, const double *matrix,
                            const qfp_buffer *x, qfp_buffer *y);

qfp_status checked_flow_create(qfp_context *context, int modes, double kappa, double C,
                               const qfp_real_polynomial *gradient,
                               const qfp_real_polynomial *hessian, qfp_flow **out);
void checked_flow_destroy(qfp_flow *flow);
qfp_status checked_flow_multiply(const qfp_flow *flow, qfp_grid_plan *plan, int a, int b,
                                 const qfp_buffer *x, qfp_buffer *y);
qfp_status checked_flow_evaluate(const qfp_flow *flow, size_t count, const double *z, double *drift,
                                 double *diffusion, double *eigenvalues, double *eigenvectors);

qfp_status checked_stencil_create(qfp_context *context, size_t dimension, size_t term_count,
                                  const qfp_stencil_term *terms, qfp_stencil **out);
void checked_stencil_destroy(qfp_stencil *stencil);
qfp_status checked_stencil_apply(const qfp_stencil *stencil, qfp_buffer *x, qfp_buffer *y);
qfp_status checked_stencil_exponential(const qfp_stencil *stencil, double t, qfp_buffer *x);
qfp_status checked_band(qfp_context *context, size_t dimension, size_t shift, const qfp_buffer *x,
                        double *out);

#endif
