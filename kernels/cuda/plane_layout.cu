/* plane_layout.cu - which planes fit a block, and how they are cut into passes. */
#include "cuda/plane.cuh"

/* Radices so that the powers of two take few passes: 8s, a 2 or one or two 4s for what is left. The
 * last pass of a line is done once with the multiplier between (PLANE_FILTER), so the largest
 * radix comes last: fewest trips through shared memory. */
static int cut_into_passes(unsigned n, cuda_plane_layout *layout)
{
    static const unsigned odd[] = {3, 5, 7};
    int twos = 0;
    layout->passes = 0;
    for (unsigned prime : odd)
        for (; n % prime == 0 && layout->passes < CUDA_PLANE_PASSES; n /= prime)
            layout->radix[layout->passes++] = prime;
    for (; n % 2 == 0; n /= 2)
        ++twos;
    if (n != 1)
        return 0;
    for (; twos > 0 && layout->passes < CUDA_PLANE_PASSES; ++layout->passes) {
        int take = twos == 1 ? 1 : twos == 2 || twos == 4 ? 2 : 3;
        layout->radix[layout->passes] = 1u << take;
        twos -= take;
    }
    return twos == 0;
}

/* The number of threads that leaves the fewest idle over all passes; the more the better. */
static unsigned choose_threads(const cuda_plane_layout *layout)
{
    unsigned best = 64;
    double least = 1e300;
    for (unsigned threads = 64; threads <= CUDA_PLANE_MOST_THREADS; threads += 32) {
        double spent = 0.0, wanted = 0.0;
        for (int pass = 0; pass < layout->passes; ++pass) {
            unsigned tasks = layout->n * (layout->n / layout->radix[pass]);
            spent += (double)((tasks + threads - 1) / threads * threads) * layout->radix[pass];
            wanted += (double)tasks * layout->radix[pass];
        }
        if (spent / wanted <= least) {
            least = spent / wanted;
            best = threads;
        }
    }
    return best;
}

int cuda_plane_layout_choose(unsigned n, size_t real_bytes, size_t shared_most,
                             cuda_plane_layout *layout)
{
    *layout = cuda_plane_layout{};
    layout->n = n;
    layout->pitch = n + 1; /* n is even: an odd distance between rows meets all banks */
    if (n > 1024 || !cut_into_passes(n, layout))
        return 0;
    size_t plane = (size_t)n * layout->pitch, number = 2 * real_bytes;
    layout->keeps_sum = (3 * plane + n) * number <= shared_most;
    layout->shared_bytes = ((layout->keeps_sum ? 3 : 2) * plane + n) * number;
    layout->threads = choose_threads(layout);
    return layout->shared_bytes <= shared_most;
}

unsigned cuda_plane_frequency(const cuda_plane_layout *layout, unsigned position)
{
    unsigned length = layout->n, frequency = 0, weight = 1;
    for (int pass = 0; pass < layout->passes; ++pass) {
        length /= layout->radix[pass];
        frequency += position / length * weight;
        position %= length;
        weight *= layout->radix[pass];
    }
    return frequency;
}
