// The article's chain, STFT -> DWT -> liftering -> DCT: [B, samples] to [B, K, T], with W wavelet coefficients a frame.
//   frames    as FeatureExtractor has them: conditioned, windowed
//   spectrum  S[k, m] = |sum_n x_m[n] exp(-2 pi i k n / N)|^power            RealFft
//   log       L[k, m], as FeatureExtractor has it, limited below the clip's maximum
//   wavelet   w[., m] = a_l, d_l, ... d_1 of L[., m], along frequency        WaveletTransform
//   lifter    v[n, m] = (1 + (Q / 2) sin(pi (n + start) / Q)) w[n, m]        folded into the next
//   DCT       C[c, m] = sum_n D[c, n] v[n, m]                                MatMul
// Outputs are assigned. A clip's features are the same bits whatever clips are beside it: the matrix lies as the
// product reads it, for the host sums a product with a transposed factor in another order where there are few rows.
//
// Bodies: the operators' own; between them portable kernels (WaveletCepstrumKernels) or host bodies
// (WaveletCepstrumHost). Everything goes through memory, a frame a row.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;

namespace NativeCnn.Features.Chains;

/// <summary>A planned wavelet cepstrum of clips.</summary>
internal sealed class WaveletCepstrumChain
{
    private readonly FeaturePlan plan;
    private readonly RealFft fft;
    private readonly WaveletTransform wavelet;
    private readonly MatMul product;
    private readonly Tensor<float> matrix;
    private readonly Tensor<float> windowed;
    private readonly Tensor<float> spectrum;
    private readonly Tensor<float> logSpectrum;
    private readonly Tensor<float> maxima;
    private readonly Tensor<float> coefficients;
    private readonly Tensor<float> cepstra;

    /// <param name="plan">Sizes and tables; at least one clip.</param>
    public WaveletCepstrumChain(FeaturePlan plan)
    {
        this.plan = plan;
        (ComputeDevice device, FeatureOptions options) = (plan.Device, plan.Options);
        int rows = checked(plan.Batch * plan.Frames);
        fft = new RealFft(device, rows, options.FftSize);
        wavelet = new WaveletTransform(
            device, rows, options.Bins, Wavelet.Named(options.WaveletName), options.WaveletBorder,
            options.WaveletLevels);
        int width = options.TransformLength;
        product = new MatMul(device, new MatMulShape(rows, options.Coefficients, width));
        matrix = device.Upload<float>(
            new Shape(width, options.Coefficients), Transposed(DctMatrix.Create(options), width));
        windowed = device.Allocate<float>(new Shape(rows, options.FftSize));
        spectrum = device.Allocate<float>(new Shape(rows, options.Bins, 2));
        logSpectrum = device.Allocate<float>(new Shape(rows, options.Bins));
        maxima = device.Allocate<float>(new Shape(rows));
        coefficients = device.Allocate<float>(new Shape(rows, width));
        cepstra = device.Allocate<float>(new Shape(rows, options.Coefficients));
    }

    /// <summary>The first K rows of every clip's features.</summary>
    /// <param name="clips">[batch, samples].</param>
    /// <param name="features">[batch, channels, frames]; assigned.</param>
    public void Extract(Tensor<float> clips, Tensor<float> features)
    {
        Transform(clips);
        product.Multiply(coefficients, matrix, cepstra);
        Transpose(cepstra, features);
    }

    /// <summary>The stages before the cosine transform.</summary>
    /// <param name="clips">[batch, samples].</param>
    /// <param name="stages">Assigned.</param>
    public void Compute(Tensor<float> clips, FeatureStages stages)
    {
        Transform(clips);
        if (plan.Device.IsHost)
        {
            WaveletCepstrumHost.Power(plan, spectrum, stages.Power);
        }
        else
        {
            FeatureKernels.Power(plan, spectrum, stages.Power);
        }

        Transpose(logSpectrum, stages.LogSpectrum!);
        Transpose(coefficients, stages.Wavelet!);
    }

    /// <summary>[rows, columns] as [columns, rows].</summary>
    private static float[] Transposed(float[] matrix, int columns)
    {
        int rows = matrix.Length / columns;
        float[] transposed = new float[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            transposed[(i % columns * rows) + (i / columns)] = matrix[i];
        }

        return transposed;
    }

    private void Transform(Tensor<float> clips)
    {
        if (plan.Device.IsHost)
        {
            WaveletCepstrumHost.Window(plan, clips, windowed);
            fft.Forward(windowed, spectrum);
            WaveletCepstrumHost.Log(plan, spectrum, logSpectrum, maxima);
        }
        else
        {
            FeatureKernels.Window(plan, clips, windowed, energy: null);
            fft.Forward(windowed, spectrum);
            WaveletCepstrumKernels.Log(plan, spectrum, logSpectrum, maxima);
        }

        wavelet.Forward(logSpectrum, coefficients);
    }

    private void Transpose(Tensor<float> rows, Tensor<float> features)
    {
        if (plan.Device.IsHost)
        {
            WaveletCepstrumHost.Transpose(plan, rows, features);
        }
        else
        {
            WaveletCepstrumKernels.Transpose(plan, rows, features);
        }
    }
}
