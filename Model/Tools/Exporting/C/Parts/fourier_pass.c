/* A pass of the Fourier transform (Stockham's order) by any factor p over n = p m groups of s points, each re and im:
   y[q + s (p j + k)] = sum over r of x[q + s (j + m r)] w^(j k) v^(r k), w = e^(-2 pi i / n), v = e^(-2 pi i / p).
   fourier_roots[k] = e^(-2 pi i k / FFT). */
static void fourier_pass(const float *restrict x, float *restrict y, int m, int s, int p)
{
    for (int j = 0; j < m; j++) {
        for (int k = 0; k < p; k++) {
            float *restrict out = y + 2 * s * (p * j + k);
            memset(out, 0, (size_t)s * 2 * sizeof *out);
            for (int r = 0; r < p; r++) {
                const int turned = j * k * s * (FFT / POINTS) + (r * k % p) * (FFT / p);
                const float *restrict root = fourier_roots + 2 * (turned % FFT);
                const float *restrict in = x + 2 * s * (j + m * r);
                for (int q = 0; q < s; q++) {
                    out[2 * q] += in[2 * q] * root[0] - in[2 * q + 1] * root[1];
                    out[2 * q + 1] += in[2 * q] * root[1] + in[2 * q + 1] * root[0];
                }
            }
        }
    }
}
