using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Training;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>A measured time and the arithmetic done in it.</summary>
/// <param name="Milliseconds">Median of the repetitions.</param>
/// <param name="Operations">Floating-point operations of one repetition, 0 where they are not counted.</param>
public readonly record struct Measurement(double Milliseconds, long Operations)
{
    /// <summary>Arithmetic rate in GFLOP/s.</summary>
    public double Gigaflops => Operations / Milliseconds / 1e6;
}
