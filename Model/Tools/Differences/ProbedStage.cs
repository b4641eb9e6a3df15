using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Chains;
using NativeCnn.Features.Options;
using NativeCnn.Tools.Pictures;

namespace NativeCnn.Tools.Differences;

/// <summary>A stage of our chain: [rows, frames].</summary>
internal sealed record ProbedStage(int Rows, int Frames, float[] Values);
