using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.FeatureSets;

/// <summary>What came of clips; all lists are in the order of the clips.</summary>
/// <param name="Rows">The rows of those that could be read.</param>
/// <param name="Labels">[N].</param>
/// <param name="Clips">[N].</param>
/// <param name="Moments">[N, C, 2], see <see cref="Features.RowMoments"/>.</param>
/// <param name="Seconds">[N]: the length of each clip, all of it.</param>
/// <param name="Skipped">The clips that could not be read.</param>
/// <param name="Remarks">Those that could, and whose files are odd.</param>
internal sealed record PipelineResult(
    IBatchSource Rows, Tensor<int> Labels, ClipEntry[] Clips, float[] Moments, float[] Seconds, SkippedClip[] Skipped,
    ClipRemark[] Remarks);
