/* Reads records of IN, of floats in this machine's own bytes, and writes to OUT what $prefix makes of each: of 'w' and the
   samples of a clip its features and its probabilities, of 'f' and features for the network its logits. */
#include "$header"

#include <stdio.h>

static float samples[$PREFIX_SAMPLES];
static float features[$PREFIX_CLIP_FRAMES * $PREFIX_ROWS];
static float numbers[$PREFIX_CLASSES];

static int fill(float *values, size_t count, FILE *in)
{
    return fread(values, sizeof *values, count, in) == count;
}

static int give(const float *values, size_t count, FILE *out)
{
    return fwrite(values, sizeof *values, count, out) == count;
}

int main(int count, char **words)
{
    FILE *in = count == 3 ? fopen(words[1], "rb") : NULL;
    FILE *out = count == 3 ? fopen(words[2], "wb") : NULL;
    int kind;
    if (in == NULL || out == NULL) {
        return 2;
    }

    while ((kind = fgetc(in)) != EOF) {
        if (kind == 'w') {
            if (!fill(samples, $PREFIX_SAMPLES, in)) {
                return 3;
            }

            $prefix_features(samples, features);
            $prefix_classify(samples, numbers);
            if (!give(features, $PREFIX_CLIP_FRAMES * $PREFIX_ROWS, out) || !give(numbers, $PREFIX_CLASSES, out)) {
                return 3;
            }
        } else {
            if (!fill(features, $PREFIX_FRAMES * $PREFIX_ROWS, in)) {
                return 3;
            }

            $prefix_network(features, numbers);
            if (!give(numbers, $PREFIX_CLASSES, out)) {
                return 3;
            }
        }
    }

    return fclose(out) == 0 ? 0 : 3;
}
