// cuBLAS and cuFFT through ILGPU.Algorithms, on the device's own stream. cuBLAS stores columns one after the other, so
// a product of row-major matrices is asked for as C' = B' A'.
using ILGPU;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using Complex = ILGPU.Util.Float2;

namespace NativeCnn.Tools.Benchmarking.Vendors;

/// <summary>cuBLAS and cuFFT.</summary>
internal sealed class CudaVendor : IVendor
{
    private const CuBlasMathMode Tf32Math = (CuBlasMathMode)3; // CUBLAS_TF32_TENSOR_OP_MATH, younger than ILGPU's list.

    private readonly ComputeDevice device;
    private readonly CuBlas? blas;
    private readonly CuFFT? fft;
    private readonly List<CuFFTPlan> plans = [];

    private CudaVendor(ComputeDevice device, CuBlas? blas, CuFFT? fft)
    {
        this.device = device;
        this.blas = blas;
        this.fft = fft;
        if (blas is not null)
        {
            blas.Stream = (CudaStream)device.Stream;
            blas.MathMode = device.Precision == FloatPrecision.Tf32
                ? Tf32Math
                : CuBlasMathMode.DefaultMath;
        }
    }

    /// <summary>What is there of both; null where neither is.</summary>
    public static CudaVendor? Open(ComputeDevice device, CudaAccelerator accelerator, Action<string>? tell)
    {
        accelerator.Bind();
        CuBlas? blas = Loaded("cuBLAS", () => new CuBlas(accelerator), tell);
        CuFFT? fft = Loaded("cuFFT", () => new CuFFT(), tell);
        return blas is null && fft is null ? null : new CudaVendor(device, blas, fft);
    }

    /// <summary>A library, or null where the system lacks it, which is told in one line.</summary>
    internal static T? Loaded<T>(string name, Func<T> load, Action<string>? tell) where T : class
    {
        CudaLibraries.Install();
        try
        {
            return load();
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException
            or BadImageFormatException or CuBlasException)
        {
            tell?.Invoke(
                $"{name} is left out ({error.GetType().Name}): {CudaLibraries.Variable} names the folders of " +
                "NVIDIA's libraries where the system finds none");
            return null;
        }
    }

    /// <inheritdoc/>
    public VendorCall? Plan(VendorWork work, CaseDevice tensors)
    {
        Tensor<float>[] x = [.. tensors.Tensors.OfType<Tensor<float>>()];
        return work switch
        {
            VendorWork.Product product when blas is not null => Product(blas, product.Shape, x[0], x[1]),
            VendorWork.Transform transform when fft is not null => Transform(fft, transform, x[0]),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (CuFFTPlan plan in plans)
        {
            plan.Dispose();
        }

        blas?.Dispose();
    }

    private VendorCall Product(CuBlas blas, MatMulShape s, Tensor<float> a, Tensor<float> b)
    {
        Tensor<float> c = device.Allocate<float>(s.C);
        return new VendorCall(
            "cuBLAS", 2, () => blas.Gemm(
                s.TransposeB ? CuBlasOperation.Transpose : CuBlasOperation.NonTranspose,
                s.TransposeA ? CuBlasOperation.Transpose : CuBlasOperation.NonTranspose,
                s.N, s.M, s.K, 1f, b.View, s.TransposeB ? s.K : s.N, a.View, s.TransposeA ? s.M : s.K, 0f, c.View, s.N),
            c.ToArray);
    }

    private VendorCall? Transform(CuFFT fft, VendorWork.Transform work, Tensor<float> x)
    {
        device.Accelerator.Bind(); // Plans belong to the context that is current.
        CuFFTResult made = fft.Plan1D(out CuFFTPlan? plan, work.Length, CuFFTType.CUFFT_R2C, work.Rows);
        if (made != CuFFTResult.CUFFT_SUCCESS || plan is null)
        {
            return null;
        }

        plans.Add(plan);
        plan.SetStream((CudaStream)device.Stream);
        Tensor<float> spectrum = device.Allocate<float>(new Shape(work.Rows, (work.Length / 2) + 1, 2));
        return new VendorCall(
            "cuFFT", 1, () => Check(plan.ExecR2C(x.View, spectrum.View.Cast<Complex>())), spectrum.ToArray);
    }

    private static void Check(CuFFTResult result)
    {
        if (result != CuFFTResult.CUFFT_SUCCESS)
        {
            throw new InvalidOperationException($"cuFFT said {result}");
        }
    }
}
