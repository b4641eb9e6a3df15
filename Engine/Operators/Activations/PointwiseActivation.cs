// Smooth and leaky relatives of ReLU, elementwise; ReLU and the logistic function have operators of their own.
//   leaky_relu   y = x where x > 0, else a x                  y' = 1, else a
//   elu          y = x where x > 0, else a (e^x - 1)          y' = 1, else a e^x
//   gelu         y = x Phi(x),  Phi(x) = (1 + erf(x / sqrt 2)) / 2      y' = Phi(x) + x phi(x)
//   gelu_tanh    y = x (1 + tanh(u)) / 2,  u = sqrt(2 / pi) (x + 0.044715 x^3)
//   silu         y = x s,  s = 1 / (1 + e^-x)                 y' = s (1 + x (1 - s))
//   tanh         y = (1 - e) / (1 + e) sign(x),  e = e^(-2 |x|)         y' = 1 - y^2
//   dX = dY y'(x)
// y and dX are assigned; y may not be x, which backward needs; dX may be dY. Both bodies call the same functions.
// Sources: Maas et al. (2013), Clevert et al. (2016), Hendrycks and Gimpel (2016), Elfwing et al. (2018).
using System.Text.Json.Serialization;
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Which function a <see cref="PointwiseActivation"/> is.</summary>
public enum ActivationKind
{
    /// <summary>x, or a small share of it below 0.</summary>
    [JsonStringEnumMemberName("leaky_relu")]
    LeakyRelu,

    /// <summary>x, or a (e^x - 1) below 0.</summary>
    [JsonStringEnumMemberName("elu")]
    Elu,

    /// <summary>x times the normal distribution at x.</summary>
    [JsonStringEnumMemberName("gelu")]
    Gelu,

    /// <summary>The same, by a hyperbolic tangent.</summary>
    [JsonStringEnumMemberName("gelu_tanh")]
    GeluTanh,

    /// <summary>x times the logistic function of x.</summary>
    [JsonStringEnumMemberName("silu")]
    Silu,

    /// <summary>Hyperbolic tangent.</summary>
    [JsonStringEnumMemberName("tanh")]
    Tanh,
}

/// <summary>One function of every element, and its backward pass.</summary>
public sealed class PointwiseActivation
{
    private readonly ComputeDevice device;
    private readonly int length;
    private readonly ActivationKind kind;
    private readonly float slope;
    private readonly Kernel<PointwiseActivationKernels.ForwardArgs> forward;
    private readonly Kernel<PointwiseActivationKernels.BackwardArgs> backward;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="length">Elements of every tensor.</param>
    /// <param name="kind">The function.</param>
    /// <param name="slope">a of leaky_relu (usually 0.01) and elu (usually 1).</param>
    /// <exception cref="ArgumentException">There is no such function, or the slope is not finite.</exception>
    public PointwiseActivation(ComputeDevice device, int length, ActivationKind kind, float slope)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (!Enum.IsDefined(kind) || !float.IsFinite(slope))
        {
            throw new ArgumentException($"an activation {kind} with a slope of {slope} is not known");
        }

        this.device = device;
        this.length = length;
        this.kind = kind;
        this.slope = slope;
        forward = device.Load<PointwiseActivationKernels.ForwardArgs>(PointwiseActivationKernels.Forward);
        backward = device.Load<PointwiseActivationKernels.BackwardArgs>(PointwiseActivationKernels.Backward);
    }

    /// <summary>y = f(x).</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Forward(Tensor<float> x, Tensor<float> y)
    {
        x.ExpectLength(length);
        y.ExpectLength(length);
        if (device.IsHost)
        {
            device.Workers.Run(
                HostParts.Blocks(length), new ForwardBody(x.Address, y.Address, length, (int)kind, slope));
        }
        else
        {
            forward.LaunchOver(
                length, new PointwiseActivationKernels.ForwardArgs(x.View, y.View, length, (int)kind, slope));
        }
    }

    /// <summary>dX = dY f'(x).</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Backward(Tensor<float> x, Tensor<float> dY, Tensor<float> dX)
    {
        x.ExpectLength(length);
        dY.ExpectLength(length);
        dX.ExpectLength(length);
        if (device.IsHost)
        {
            device.Workers.Run(
                HostParts.Blocks(length),
                new BackwardBody(x.Address, dY.Address, dX.Address, length, (int)kind, slope));
        }
        else
        {
            backward.LaunchOver(
                length,
                new PointwiseActivationKernels.BackwardArgs(x.View, dY.View, dX.View, length, (int)kind, slope));
        }
    }

    private readonly unsafe struct ForwardBody(float* x, float* y, int length, int kind, float slope) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            for (int i = start; i < start + count; i++)
            {
                y[i] = PointwiseActivationKernels.Value(kind, slope, x[i]);
            }
        }
    }

    private readonly unsafe struct BackwardBody(float* x, float* dY, float* dX, int length, int kind, float slope)
        : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            for (int i = start; i < start + count; i++)
            {
                dX[i] = dY[i] * PointwiseActivationKernels.Derivative(kind, slope, x[i]);
            }
        }
    }
}
