/* A pass of the Fourier transform (Stockham's order) by the factor 2 over n = 2 m groups of s points, each re and im:
   y[q + 2 s j] = a + b, y[q + 2 s j + s] = (a - b) w^j, where a = x[q + s j], b = x[q + s (j + m)], w = e^(-2 pi i / n).
   fourier_roots[k] = e^(-2 pi i k / FFT). */
static void fourier_pass_2(const float *restrict x, float *restrict y, int m, int s)
{
    for (int j = 0; j < m; j++) {
        const float *restrict root = fourier_roots + 2 * j * s * (FFT / POINTS);
        const float re = root[0];
        const float im = root[1];
        for (int q = 0; q < s; q++) {
            const float *a = x + 2 * (q + s * j);
            const float *b = x + 2 * (q + s * (j + m));
            float *sum = y + 2 * (q + 2 * s * j);
            float *difference = sum + 2 * s;
            const float apart_re = a[0] - b[0];
            const float apart_im = a[1] - b[1];
            sum[0] = a[0] + b[0];
            sum[1] = a[1] + b[1];
            difference[0] = apart_re * re - apart_im * im;
            difference[1] = apart_re * im + apart_im * re;
        }
    }
}
