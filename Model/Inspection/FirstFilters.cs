// The filters of a network's first convolution. Where it reads samples, a filter of taps h_0 .. h_{R-1} passes a tone
// of f Hz with the gain |H(f)| = |sum_r h_r exp(-2 pi i f r / rate)|: the engine's own FFT of the taps and zeros.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Runs;

namespace NativeCnn.Model.Inspection;

/// <summary>The filters of the first convolution.</summary>
/// <remarks>Immutable: may be shared between threads while nobody changes the arrays.</remarks>
/// <param name="Name">The weights, such as <c>conv1.weight</c>.</param>
/// <param name="Filters">Filters K.</param>
/// <param name="Channels">Channels C that each reads.</param>
/// <param name="Taps">Taps R.</param>
/// <param name="Values">The weights, [K, C, R].</param>
/// <param name="SampleRate">Hz of what it reads, where that is samples; null where it is features.</param>
/// <param name="Response">
/// The frequency response of each filter in dB, [K, <see cref="Bins"/>], 0 at its largest and at least
/// <see cref="Floor"/>; from 0 Hz to half the sample rate. Null where it reads features.
/// </param>
public sealed record FirstFilters(
    string Name, int Filters, int Channels, int Taps, float[] Values, int? SampleRate, float[]? Response)
{
    /// <summary>Points of a frequency response.</summary>
    public const int Bins = (Points / 2) + 1;

    /// <summary>The least that a response tells, in dB.</summary>
    public const float Floor = -60;

    private const int Points = 512;

    /// <summary>The taps of a filter for one channel.</summary>
    public ReadOnlySpan<float> TapsOf(int filter, int channel) =>
        Values.AsSpan(((filter * Channels) + channel) * Taps, Taps);

    /// <summary>The response of a filter.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public ReadOnlySpan<float> ResponseOf(int filter) =>
        (Response ?? throw new InvalidOperationException("filters of features have no response in Hz"))
        .AsSpan(filter * Bins, Bins);

    /// <summary>Where a filter's response is largest, in Hz.</summary>
    /// <exception cref="InvalidOperationException">There is no response.</exception>
    public double PeakOf(int filter)
    {
        ReadOnlySpan<float> response = ResponseOf(filter);
        int peak = 0;
        for (int bin = 1; bin < Bins; bin++)
        {
            peak = response[bin] > response[peak] ? bin : peak;
        }

        return (double)peak * SampleRate!.Value / Points;
    }

    /// <summary>The root mean square of a filter's weights.</summary>
    public double RmsOf(int filter)
    {
        int length = Channels * Taps;
        double squares = 0;
        foreach (float value in Values.AsSpan(filter * length, length))
        {
            squares += (double)value * value;
        }

        return Math.Sqrt(squares / length);
    }

    /// <summary>Finds them in a run.</summary>
    /// <param name="device">Where the responses are computed.</param>
    /// <param name="config">The run's choices.</param>
    /// <param name="weights">What <c>model.safetensors</c> holds.</param>
    /// <returns>Null where the network has no convolution, or the file not its weights.</returns>
    public static FirstFilters? Of(ComputeDevice device, RunConfig config, SafeTensorsFile weights)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new NetworkGraph(
            config.Model, config.Input, config.Labels.Count);
        GraphNode? node = graph.Nodes.FirstOrDefault(one => one.Layer is Conv1dLayer);
        string name = $"{node?.Name}.weight";
        if (node is null || !weights.Tensors.TryGetValue(name, out SafeTensor? tensor) ||
            tensor is not { Type: SafeTensorType.F32, Shape: [var filters, var channels, var taps] })
        {
            return null;
        }

        float[] values = tensor.AsFloat32().ToArray();
        int dilation = ((Conv1dLayer)node.Layer!).Dilation;
        bool readsSamples = config.Features.Kind == FeatureKind.Raw && node.Inputs[0] == graph.Input && channels == 1;
        return new FirstFilters(
            name, filters, channels, taps, values, readsSamples ? config.Features.SampleRate : null,
            readsSamples ? ResponsesOf(device, values, filters, taps, dilation) : null);
    }

    private static float[] ResponsesOf(ComputeDevice device, float[] values, int filters, int taps, int dilation)
    {
        // The points of a longer transform are thinned to those of the shortest.
        int length = Points;
        while (length < taps * dilation)
        {
            length *= 2;
        }

        float[] padded = new float[filters * length];
        for (int filter = 0; filter < filters; filter++)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                padded[(filter * length) + (tap * dilation)] = values[(filter * taps) + tap];
            }
        }

        using MemoryScope scope = device.OpenScope();
        Tensor<float> spectrum = device.Allocate<float>(new Shape(filters, (length / 2) + 1, 2));
        new RealFft(device, filters, length).Forward(
            device.Upload<float>(new Shape(filters, length), padded), spectrum);
        float[] complex = spectrum.ToArray();
        float[] response = new float[filters * Bins];
        for (int filter = 0; filter < filters; filter++)
        {
            Span<float> own = response.AsSpan(filter * Bins, Bins);
            double largest = 0;
            double[] gains = new double[Bins];
            for (int bin = 0; bin < Bins; bin++)
            {
                int at = 2 * ((filter * ((length / 2) + 1)) + (bin * (length / Points)));
                (double re, double im) = (complex[at], complex[at + 1]);
                gains[bin] = Math.Sqrt((re * re) + (im * im));
                largest = Math.Max(largest, gains[bin]);
            }

            for (int bin = 0; bin < Bins; bin++)
            {
                own[bin] = largest > 0 ? (float)Math.Max(Floor, 20 * Math.Log10(gains[bin] / largest)) : Floor;
            }
        }

        return response;
    }
}
