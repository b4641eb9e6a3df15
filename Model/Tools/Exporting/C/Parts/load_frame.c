/* The frame that begins at sample start, which may lie before the clip. */
static void load_frame(const float *restrict samples, int start, float *restrict frame)
{
    int inside = start < 0 ? -start : 0;
    int end = SAMPLES - start;
    end = end < FRAME ? end : FRAME;
    end = end > 0 ? end : 0;
    inside = inside < end ? inside : end;
    for (int n = 0; n < inside; n++) {
        frame[n] = outside(samples, start + n);
    }

    for (int n = inside; n < end; n++) {
        frame[n] = samples[start + n];
    }

    for (int n = end; n < FRAME; n++) {
        frame[n] = outside(samples, start + n);
    }
}
