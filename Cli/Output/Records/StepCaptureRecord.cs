namespace NativeCnn.Cli.Output;

/// <summary>What <c>step --capture</c> did.</summary>
internal sealed record StepCaptureRecord(string File, int Step, int Clips, double Loss, int Tensors, long Bytes);
