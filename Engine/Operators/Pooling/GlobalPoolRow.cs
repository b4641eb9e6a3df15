namespace NativeCnn.Engine.Operators;

/// <summary>What pooling over all time leaves of a channel of a clip.</summary>
internal readonly record struct GlobalPoolRow(float Mean, float Largest, int Place);
