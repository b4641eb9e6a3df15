/* Classifies WAV files with $header: $name FILE.wav..., or $name --logits FILE.wav... for the network's own numbers.
   Samples of 8, 16, 24 and 32 bits and floats, any number of channels, of which the mean is taken, at $rate Hz. A file
   that is longer than a clip counts with its beginning, a shorter one is followed by silence. */
#include "$header"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static float samples[$SAMPLES];

static uint32_t number(const unsigned char *bytes, int count)
{
    uint32_t value = 0;
    for (int i = 0; i < count; i++) {
        value |= (uint32_t)bytes[i] << (8 * i);
    }

    return value;
}

/* A sample as a float from -1 to 1. */
static float sample_of(const unsigned char *bytes, int size, int is_float)
{
    if (is_float && size == 8) {
        const uint64_t bits = number(bytes, 4) | (uint64_t)number(bytes + 4, 4) << 32;
        double value;
        memcpy(&value, &bits, sizeof value);
        return value > -1e30 && value < 1e30 ? (float)value : 0.0f;
    }

    const uint32_t bits = number(bytes, size);
    if (is_float) {
        float value;
        memcpy(&value, &bits, sizeof value);
        return value > -1e30f && value < 1e30f ? value : 0.0f;
    }

    if (size == 1) {
        return ((float)bits - 128.0f) / 128.0f;
    }

    /* The sign comes with the upper bytes. */
    const uint32_t upper = bits << (32 - 8 * size);
    const int64_t level = (int64_t)upper - (upper >= 0x80000000u ? (int64_t)1 << 32 : 0);
    return (float)level / 2147483648.0f;
}

/* Reads the first chunk of samples; NULL, or what is wrong with the file. */
static const char *read_wav(FILE *file)
{
    unsigned char head[40];
    int channels = 0;
    int size = 0;
    int is_float = 0;
    memset(samples, 0, sizeof samples);
    if (fread(head, 1, 12, file) != 12 || memcmp(head, "RIFF", 4) != 0 || memcmp(head + 8, "WAVE", 4) != 0) {
        return "it is no WAV file";
    }

    while (fread(head, 1, 8, file) == 8) {
        const uint32_t length = number(head + 4, 4);
        uint32_t left = length;
        if (memcmp(head, "data", 4) == 0) {
            unsigned char frame[8];
            if (channels == 0) {
                return "its samples come before their format";
            }

            for (int i = 0; i < $SAMPLES && left >= (uint32_t)(channels * size); i++) {
                double sum = 0.0;
                for (int c = 0; c < channels; c++) {
                    if (fread(frame, 1, (size_t)size, file) != (size_t)size) {
                        return i > 0 ? NULL : "it has no samples";
                    }

                    sum += sample_of(frame, size, is_float);
                }

                samples[i] = (float)(sum / channels);
                left -= (uint32_t)(channels * size);
            }

            return NULL;
        }

        if (memcmp(head, "fmt ", 4) == 0) {
            const uint32_t taken = length < sizeof head ? length : (uint32_t)sizeof head;
            if (length < 16 || fread(head, 1, taken, file) != taken) {
                return "its header is cut short";
            }

            /* 0xFFFE says that the encoding stands further behind. */
            const uint32_t stated = number(head, 2);
            const uint32_t encoding = stated == 0xFFFEu && taken >= 26 ? number(head + 24, 2) : stated;
            const uint32_t bits = number(head + 14, 2);
            channels = (int)number(head + 2, 2);
            size = (int)(bits / 8);
            is_float = encoding == 3;
            if (number(head + 4, 4) != $RATE) {
                return "its sample rate is not $rate Hz: convert it first";
            }

            if (channels < 1 || bits % 8 != 0 ||
                !((encoding == 1 && size >= 1 && size <= 4) || (is_float && (size == 4 || size == 8)))) {
                return "its samples are of a kind that is not read here: give PCM of 8 to 32 bits, or floats";
            }

            left -= taken;
        }

        /* Chunks have an even length. */
        for (uint32_t skipped = left + (left < UINT32_MAX ? length % 2 : 0); skipped > 0; skipped--) {
            if (fgetc(file) == EOF) {
                return "it has no samples";
            }
        }
    }

    return "it has no samples";
}

int main(int count, char **words)
{
    const int logits = count > 1 && strcmp(words[1], "--logits") == 0;
    int status = 0;
    if (count < 2 + logits) {
        fprintf(stderr, "usage: %s [--logits] FILE.wav...\n", words[0]);
        return 2;
    }

    for (int i = 1 + logits; i < count; i++) {
        static float numbers[$CLASSES];
        FILE *file = fopen(words[i], "rb");
        const char *wrong = file == NULL ? "it cannot be opened" : read_wav(file);
        if (file != NULL) {
            fclose(file);
        }

        if (wrong != NULL) {
            fprintf(stderr, "%s: %s\n", words[i], wrong);
            status = 1;
            continue;
        }

        if (logits) {
            $prefix_logits(samples, numbers);
        }

        const int best = logits ? -1 : $prefix_classify(samples, numbers);
        printf("%s", words[i]);
        if (best >= 0) {
            printf("\t%s", $prefix_labels[best]);
        }

        for (int c = 0; c < $CLASSES; c++) {
            if (logits) {
                printf("\t%.9g", (double)numbers[c]);
            } else {
                printf("\t%s %.4f", $prefix_labels[c], (double)numbers[c]);
            }
        }

        printf("\n");
    }

    return status;
}
