// Convolves clips with room impulse responses: [B, S], in place.
//   y[n] = sum_k h[k] x[n - k],  n = 0 .. S - 1,  where a response was drawn; else y = x, bit for bit
// By transforms of L samples, the power of two from S + H - 1, H the longest response (no longer than a clip):
//   Y_k = X_k H_k. What lies beyond the clip is cut. The responses begin with the direct sound: see RecordingReader.
// A clip stays dry unless its draw falls into the share (AugmentationDraws). As many clips go through the transforms
// together as 32 MiB hold; all memory is taken when it is planned.
// Portable: a group a row. Host: a part a row.
using System.Numerics;
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Augmentation;

/// <summary>Convolves a share of the clips with room impulse responses, on the device.</summary>
internal sealed class RoomConvolver
{
    private const int MostSamples = 1 << 23;

    private readonly ComputeDevice device;
    private readonly Shape clips;
    private readonly RecordingBank responses;
    private readonly RoomDraws draws;
    private readonly RealFft fft;
    private readonly Tensor<float> padded;
    private readonly Tensor<float> spectra;
    private readonly Tensor<float> transfer;

    /// <summary>Plans the convolution.</summary>
    /// <param name="device">Where.</param>
    /// <param name="options">The share of the clips.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="clips">[batch, samples].</param>
    /// <param name="responses">None longer than a clip.</param>
    /// <param name="mostSamples">The most samples of clips that go through the transforms together.</param>
    /// <exception cref="ArgumentException">A response is longer than a clip.</exception>
    public RoomConvolver(
        ComputeDevice device, AugmentationOptions options, ulong seed, Shape clips, RecordingBank responses,
        int mostSamples = MostSamples)
    {
        if (responses.Longest > clips[1])
        {
            throw new ArgumentException(
                $"a room impulse response of {responses.Longest} samples is longer than a clip of {clips[1]}: cut it",
                nameof(responses));
        }

        this.device = device;
        this.clips = clips;
        this.responses = responses;
        int length = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, clips[1] + responses.Longest - 1));
        int rows = Math.Clamp(mostSamples / length, 1, clips[0]);
        draws = new RoomDraws(options, seed, responses.Count, clips[0], clips[1], rows, length);
        fft = new RealFft(device, rows, length);
        padded = device.Allocate<float>(new Shape(rows, length));
        spectra = device.Allocate<float>(new Shape(rows, (length / 2) + 1, 2));
        transfer = device.Allocate<float>(spectra.Shape);
    }

    /// <summary>clips = clips convolved with their responses.</summary>
    /// <param name="x">[batch, samples]; changed.</param>
    /// <param name="order">Which clip of the data set each row is, from the training's position on.</param>
    /// <param name="progress">The position in the order, and the epoch.</param>
    public void Apply(Tensor<float> x, Tensor<int> order, TrainingProgress progress)
    {
        x.Expect(clips);
        for (int first = 0; first < clips[0]; first += draws.Rows)
        {
            Run(first, RoomPass.Clips, x, order, progress);
            fft.Forward(padded, spectra);
            Run(first, RoomPass.Responses, x, order, progress);
            fft.Forward(padded, transfer);
            Run(first, RoomPass.Product, x, order, progress);
            fft.Inverse(spectra, padded);
            Run(first, RoomPass.Result, x, order, progress);
        }
    }

    /// <summary>One of the passes between the transforms.</summary>
    private unsafe void Run(int first, RoomPass pass, Tensor<float> x, Tensor<int> order, TrainingProgress progress)
    {
        if (device.IsHost)
        {
            device.Workers.Run(draws.Rows, new HostBody(
                draws, pass, first, progress.Epoch.Span[0], order.Address + progress.Position.Span[0],
                responses.Samples.Address, responses.Starts.Address, x.Address, padded.Address, spectra.Address,
                transfer.Address));
            return;
        }

        Action<Args> kernel = pass switch
        {
            RoomPass.Clips => PadClips,
            RoomPass.Responses => PadResponses,
            RoomPass.Product => Multiply,
            _ => Take,
        };
        device.Load(kernel).Launch(draws.Rows, GroupSum.Threads(device), new Args(
            x.View, order.View, progress.Position.View, progress.Epoch.View, responses.Samples.View,
            responses.Starts.View, padded.View, spectra.View, transfer.View, first, draws));
    }

    internal static void PadClips(Args a)
    {
        RoomDraws n = a.Draws;
        int row = a.First + Grid.IdxX;
        int length = row < n.Batch ? n.Samples : 0;
        for (int i = Group.IdxX; i < n.Length; i += Group.DimX)
        {
            float value = 0f;
            if (i < length)
            {
                value = a.X[(row * n.Samples) + i];
            }

            a.Padded[(Grid.IdxX * n.Length) + i] = value;
        }
    }

    internal static void PadResponses(Args a)
    {
        RoomDraws n = a.Draws;
        int room = n.RoomOf(a.Epoch[0], ClipOf(a));
        int start = a.Starts[room];
        int length = a.Starts[room + 1] - start;
        for (int i = Group.IdxX; i < n.Length; i += Group.DimX)
        {
            float value = 0f;
            if (i < length)
            {
                value = a.Sounds[start + i];
            }

            a.Padded[(Grid.IdxX * n.Length) + i] = value;
        }
    }

    internal static void Multiply(Args a)
    {
        int bins = (a.Draws.Length / 2) + 1;
        for (int k = Group.IdxX; k < bins; k += Group.DimX)
        {
            int at = 2 * ((Grid.IdxX * bins) + k);
            float re = a.Spectra[at];
            float im = a.Spectra[at + 1];
            float re2 = a.Transfer[at];
            float im2 = a.Transfer[at + 1];
            a.Spectra[at] = (re * re2) - (im * im2);
            a.Spectra[at + 1] = (re * im2) + (im * re2);
        }
    }

    internal static void Take(Args a)
    {
        RoomDraws n = a.Draws;
        int row = a.First + Grid.IdxX;
        int end = row < n.Batch && n.IsWet(a.Epoch[0], ClipOf(a)) ? n.Samples : 0;
        for (int i = Group.IdxX; i < end; i += Group.DimX)
        {
            a.X[(row * n.Samples) + i] = a.Padded[(Grid.IdxX * n.Length) + i];
        }
    }

    /// <summary>Clip 0 where the order has ended: nobody reaches outside it.</summary>
    private static int ClipOf(Args a)
    {
        int at = a.Position[0] + a.First + Grid.IdxX;
        return at < a.Order.Length ? a.Order[at] : 0;
    }

    internal readonly struct Args(
        ArrayView<float> x, ArrayView<int> order, ArrayView<int> position, ArrayView<int> epoch,
        ArrayView<float> sounds, ArrayView<int> starts, ArrayView<float> padded, ArrayView<float> spectra,
        ArrayView<float> transfer, int first, RoomDraws draws)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<int> Order = order;
        public readonly ArrayView<int> Position = position;
        public readonly ArrayView<int> Epoch = epoch;
        public readonly ArrayView<float> Sounds = sounds;
        public readonly ArrayView<int> Starts = starts;
        public readonly ArrayView<float> Padded = padded;
        public readonly ArrayView<float> Spectra = spectra;
        public readonly ArrayView<float> Transfer = transfer;

        /// <summary>The first clip of the rows.</summary>
        public readonly int First = first;
        public readonly RoomDraws Draws = draws;
    }

    private readonly unsafe struct HostBody(
        RoomDraws n, RoomPass pass, int first, int epoch, int* order, float* sounds, int* starts, float* x,
        float* padded, float* spectra, float* transfer) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int row = first + part;
            var work = new Span<float>(padded + ((long)part * n.Length), n.Length);
            if (row >= n.Batch)
            {
                work.Clear();
                return;
            }

            var clip = new Span<float>(x + ((long)row * n.Samples), n.Samples);
            switch (pass)
            {
                case RoomPass.Clips:
                    clip.CopyTo(work);
                    work[n.Samples..].Clear();
                    break;
                case RoomPass.Responses:
                    int room = n.RoomOf(epoch, order[row]);
                    int length = starts[room + 1] - starts[room];
                    new ReadOnlySpan<float>(sounds + starts[room], length).CopyTo(work);
                    work[length..].Clear();
                    break;
                case RoomPass.Product:
                    Multiply(part);
                    break;
                default:
                    if (n.IsWet(epoch, order[row]))
                    {
                        work[..n.Samples].CopyTo(clip);
                    }

                    break;
            }
        }

        private void Multiply(int part)
        {
            int bins = (n.Length / 2) + 1;
            float* one = spectra + (2L * part * bins);
            float* other = transfer + (2L * part * bins);
            for (int k = 0; k < bins; k++)
            {
                float re = one[2 * k];
                float im = one[(2 * k) + 1];
                one[2 * k] = (re * other[2 * k]) - (im * other[(2 * k) + 1]);
                one[(2 * k) + 1] = (re * other[(2 * k) + 1]) + (im * other[2 * k]);
            }
        }
    }
}
