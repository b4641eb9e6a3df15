namespace NativeCnn.Tools.Differences;

/// <summary>A stage of our chain: [rows, frames].</summary>
internal sealed record ProbedStage(int Rows, int Frames, float[] Values);
