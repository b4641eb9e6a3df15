// The two files of an exported network, from its steps and its features.
using System.Globalization;
using System.Text;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>A header and a source.</summary>
internal sealed class CSource
{
    private readonly CNetwork network;
    private readonly CFeatures? features;
    private readonly CSourceOptions options;
    private readonly CBody body = new();

    /// <summary>Writes them.</summary>
    /// <param name="network">The steps.</param>
    /// <param name="features">The features; null for the network alone.</param>
    /// <param name="options">Names and texts.</param>
    public CSource(CNetwork network, CFeatures? features, CSourceOptions options)
    {
        this.network = network;
        this.features = features;
        this.options = options;
        Source = WriteSource();
        Header = WriteHeader();
    }

    /// <summary>The header's text.</summary>
    public string Header { get; }

    /// <summary>The source's text.</summary>
    public string Source { get; }

    /// <summary>Bytes of constants: weights and tables.</summary>
    public long ConstantBytes => body.ConstantBytes;

    /// <summary>Bytes of static memory.</summary>
    public int MemoryBytes { get; private set; }

    private string Prefix => options.Name;

    private string Upper => options.Name.ToUpperInvariant();

    private string WriteSource()
    {
        var memory = new CMemory();
        CValue input = network.Input;
        CFeatureSlots? slots = features?.Reserve(memory, options.Crops is null ? 0 : network.Steps.Count + 1);
        CSlot inputSlot = slots is null || options.Crops is not null
            ? memory.Reserve(input.Bytes, slots is null ? 0 : 1, network.Steps.Count > 0 ? 1 : 2)
            : slots.Rows;
        IReadOnlyDictionary<CValue, CSlot> slotOf = memory.ReserveFor(
            network, new Dictionary<CValue, CSlot> { [input] = inputSlot });
        memory.Place();
        MemoryBytes = memory.Bytes;

        string featureLines = "";
        if (features is not null)
        {
            features.Write(body, slots!);
            featureLines = body.TakeLines();
        }

        string declarations = Declare(slotOf);
        foreach (CStep step in network.Steps)
        {
            step.Write(body);
        }

        string networkLines = declarations + body.TakeLines();
        var text = new StringBuilder();
        text.Append(Head($"{options.Name}.c: {options.Name} in C99, without any library but C's own."));
        text.Append(CultureInfo.InvariantCulture, $$"""
            #include "{{options.Name}}.h"

            #include <math.h>
            #include <stdint.h>
            #include <string.h>

            /* Everything that a clip needs; values that are not needed at the same time lie at the same place. */
            static union {
                float f32[{{memory.Bytes / 4}}];
                int16_t s16[{{memory.Bytes / 2}}];
                int8_t s8[{{memory.Bytes}}];
                uint8_t u8[{{memory.Bytes}}];
            } memory;


            """);
        text.Append(body.Tables).Append(body.Functions);
        if (features is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                /* samples -> features, [{{input.Time}}][{{input.Channels}}] */
                static void compute_features(const float *restrict samples)
                {
                {{featureLines}}}


                """);
        }

        text.Append(CultureInfo.InvariantCulture, $$"""
            /* The features at memory.f32 + {{inputSlot.Start / 4}} -> logits. */
            static void network(float *logits)
            {
            {{networkLines}}
                memcpy(logits, {{network.Output.Identifier}}, {{network.Output.Length}} * sizeof *logits);
            }


            """);
        WritePublic(text, inputSlot.Start / 4, slots?.Rows.Start / 4 ?? 0);
        return text.ToString();
    }

    /// <summary>A pointer to each value.</summary>
    private string Declare(IReadOnlyDictionary<CValue, CSlot> slotOf)
    {
        var text = new StringBuilder();
        var declared = new HashSet<CValue>();
        foreach (CValue value in network.Steps.SelectMany(step => step.Inputs.Append(step.Output))
            .Append(network.Output).Where(declared.Add))
        {
            value.Identifier = body.Unique(value.Name);
            value.Start = slotOf[value.Root].Start;
            string scale = value.Number == CNumber.Float32 ? "" : $", 1 is {CText.Float(value.Scale)}";
            text.Append(CultureInfo.InvariantCulture,
                $"    {value.Number.Type()} *const {value.Identifier} = memory.{value.Number.Suffix()} + "
                + $"{value.Start / value.Number.Bytes()}; /* {value.Shape}{scale} */\n");
        }

        return text.ToString();
    }

    private void WritePublic(StringBuilder text, int input, int rows)
    {
        int length = network.Input.Length;
        text.Append(CultureInfo.InvariantCulture, $$"""
            const char *const {{Prefix}}_labels[{{Upper}}_CLASSES] = {
                {{string.Join(",\n    ", options.Labels.Select(CText.Quoted))}}
            };

            void {{Prefix}}_network(const float *features, float *logits)
            {
                memmove(memory.f32 + {{input}}, features, {{length}} * sizeof *features);
                network(logits);
            }

            """);
        if (features is null)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $$"""

            void {{Prefix}}_features(const float *samples, float *features)
            {
                compute_features(samples);
                memcpy(features, memory.f32 + {{rows}}, {{features.Numbers}} * sizeof *features);
            }

            void {{Prefix}}_logits(const float *samples, float *logits)
            {
                compute_features(samples);

            """);
        if (options.Crops is { } crops)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                    /* The mean over stretches of {{network.Input.Time}} frames. */
                    static const int starts[{{crops.Count}}] = { {{string.Join(", ", crops)}} };
                    float sum[{{Upper}}_CLASSES] = { 0.0f };
                    for (int i = 0; i < {{crops.Count}}; i++) {
                        memcpy(memory.f32 + {{input}}, memory.f32 + {{rows}} + starts[i] * {{network.Input.Channels}},
                            {{length}} * sizeof *logits);
                        network(logits);
                        for (int c = 0; c < {{Upper}}_CLASSES; c++) {
                            sum[c] += logits[c] * (1.0f / {{crops.Count}}.0f);
                        }
                    }

                    memcpy(logits, sum, sizeof sum);
                }

                """);
        }
        else
        {
            text.Append("    network(logits);\n}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $$"""

            int {{Prefix}}_classify(const float *samples, float *probabilities)
            {
                int best = 0;
                {{Prefix}}_logits(samples, probabilities);
                for (int c = 1; c < {{Upper}}_CLASSES; c++) {
                    best = probabilities[c] > probabilities[best] ? c : best;
                }


            """);
        text.Append(options.Thresholds is null
            ? $$"""
                    /* Softmax. */
                    const float largest = probabilities[best];
                    float sum = 0.0f;
                    for (int c = 0; c < {{Upper}}_CLASSES; c++) {
                        probabilities[c] = expf(probabilities[c] - largest);
                        sum += probabilities[c];
                    }

                    for (int c = 0; c < {{Upper}}_CLASSES; c++) {
                        probabilities[c] /= sum;
                    }

                    return best;
                }

                """
            : $$"""
                    /* A clip may have several labels: a probability for each by itself. */
                    for (int c = 0; c < {{Upper}}_CLASSES; c++) {
                        probabilities[c] = 1.0f / (1.0f + expf(-probabilities[c]));
                    }

                    return best;
                }

                const float {{Prefix}}_thresholds[{{Upper}}_CLASSES] = {
                    {{string.Join(", ", options.Thresholds.Select(CText.Float))}}
                };

                """);
    }

    private string WriteHeader()
    {
        var text = new StringBuilder();
        text.Append(Head($"{options.Name}.h: {options.Name} in C99."));
        text.Append(CultureInfo.InvariantCulture, $$"""
            #ifndef {{Upper}}_H
            #define {{Upper}}_H

            #ifdef __cplusplus
            extern "C" {
            #endif

            #define {{Upper}}_CLASSES {{options.Labels.Count}}
            #define {{Upper}}_FRAMES {{network.Input.Time}}
            #define {{Upper}}_ROWS {{network.Input.Channels}}

            """);
        if (features is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                #define {{Upper}}_SAMPLE_RATE {{options.SampleRate}}
                #define {{Upper}}_SAMPLES {{features.Samples}}
                #define {{Upper}}_CLIP_FRAMES {{features.Numbers / network.Input.Channels}}

                """);
        }

        text.Append(CultureInfo.InvariantCulture, $$"""

            /* The classes, in the order of logits and probabilities, in UTF-8. */
            extern const char *const {{Prefix}}_labels[{{Upper}}_CLASSES];


            """);
        if (features is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                /* samples: {{Upper}}_SAMPLES numbers from -1 to 1 at {{Upper}}_SAMPLE_RATE Hz; probabilities: {{Upper}}_CLASSES numbers.
                   Returns the likeliest class. */
                int {{Prefix}}_classify(const float *samples, float *probabilities);

                /* The same up to the numbers before the {{(options.Thresholds is null ? "softmax" : "sigmoid")}}. */
                void {{Prefix}}_logits(const float *samples, float *logits);

                /* The features of a clip, [{{Upper}}_CLIP_FRAMES][{{Upper}}_ROWS], normalised, a frame after another. */
                void {{Prefix}}_features(const float *samples, float *features);


                """);
        }

        if (features is not null && options.Thresholds is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                /* From which probability on each label is held to be true. */
                extern const float {{Prefix}}_thresholds[{{Upper}}_CLASSES];


                """);
        }

        text.Append(CultureInfo.InvariantCulture, $$"""
            /* The network by itself: features are [{{Upper}}_FRAMES][{{Upper}}_ROWS], normalised, a frame after another. */
            void {{Prefix}}_network(const float *features, float *logits);

            #ifdef __cplusplus
            }
            #endif

            #endif

            """);
        return text.ToString();
    }

    private string Head(string first)
    {
        string[] lines =
        [
            first, "Written by nativecnn export --format c; not to be edited.", .. options.About,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{ConstantBytes:N0} bytes of constants, {MemoryBytes:N0} bytes of static memory, no heap. ")
                + "One clip at a time:",
            "all functions use the same memory.",
            $"Build: cc -std=c99 -O3 {options.Name}.c main.c -lm",
        ];
        return $"/* {string.Join("\n   ", lines.Select(CText.Comment))} */\n";
    }
}
