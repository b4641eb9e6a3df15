/* The power of each bin of FFT real samples, whose even ones were the re and odd ones the im of z = POINTS points:
   E = (z[k] + conj z[P - k]) / 2, O = (z[k] - conj z[P - k]) / 2i, bin k = E + w^k O, bin P - k = conj (E - w^k O). */
static void power_spectrum(const float *restrict z, float *restrict power)
{
    power[0] = (z[0] + z[1]) * (z[0] + z[1]);
    power[POINTS] = (z[0] - z[1]) * (z[0] - z[1]);
    for (int k = 1; k <= POINTS / 2; k++) {
        const float *here = z + 2 * k;
        const float *there = z + 2 * (POINTS - k);
        const float even_re = 0.5f * (here[0] + there[0]);
        const float even_im = 0.5f * (here[1] - there[1]);
        const float odd_re = 0.5f * (here[1] + there[1]);
        const float odd_im = 0.5f * (there[0] - here[0]);
        const float *root = fourier_roots + 2 * k;
        const float re = odd_re * root[0] - odd_im * root[1];
        const float im = odd_re * root[1] + odd_im * root[0];
        power[k] = (even_re + re) * (even_re + re) + (even_im + im) * (even_im + im);
        power[POINTS - k] = (even_re - re) * (even_re - re) + (even_im - im) * (even_im - im);
    }
}
