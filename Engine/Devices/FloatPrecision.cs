using System.Text.Json.Serialization;

namespace NativeCnn.Engine.Devices;

/// <summary>With how many digits a device multiplies matrices. Sums always have those of float32.</summary>
public enum FloatPrecision
{
    /// <summary>float32 throughout: 23 bits behind the point.</summary>
    [JsonStringEnumMemberName("fp32")]
    Fp32,

    /// <summary>
    /// Factors of matrix products and of convolutions have 10 bits behind the point (tf32), for the tensor cores of
    /// NVIDIA GPUs from the Ampere generation on: relative errors of some 1e-3 of a term.
    /// </summary>
    [JsonStringEnumMemberName("tf32")]
    Tf32,
}
