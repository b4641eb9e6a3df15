using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Augmentation;

/// <summary>Which response a clip is convolved with, as both bodies draw it, and the sizes of the work.</summary>
internal readonly struct RoomDraws(
    AugmentationOptions options, ulong seed, int responses, int batch, int samples, int rows, int length)
{
    public readonly int Batch = batch;

    /// <summary>Samples of a clip.</summary>
    public readonly int Samples = samples;

    /// <summary>Clips that go through the transforms together.</summary>
    public readonly int Rows = rows;

    /// <summary>Samples of a transform.</summary>
    public readonly int Length = length;
    private readonly ulong seed = seed;
    private readonly int responses = responses;
    private readonly float share = (float)options.RoomShare;

    /// <summary>Whether a clip is convolved.</summary>
    public bool IsWet(int epoch, int clip) =>
        Philox.ToUniform(AugmentationDraws.Word(seed, epoch, clip, AugmentationDraws.RoomShare)) < share;

    /// <summary>Which response.</summary>
    public int RoomOf(int epoch, int clip) => AugmentationDraws.Below(
        AugmentationDraws.Word(seed, epoch, clip, AugmentationDraws.Room), responses);
}
