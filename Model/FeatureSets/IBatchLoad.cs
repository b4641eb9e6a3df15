namespace NativeCnn.Model.FeatureSets;

/// <summary>
/// Brings mini-batches of one size to the device: in turn <see cref="Fetch"/>, <see cref="BeginStep"/> or
/// <see cref="Load"/>, the work on them, <see cref="Prefetch"/>.
/// </summary>
internal interface IBatchLoad
{
    /// <summary>Hands over rows that come from outside of the device; never part of a recorded step.</summary>
    void Fetch();

    /// <summary>Begins a training step with the rows that are next in the training's order.</summary>
    void BeginStep();

    /// <summary>Loads the rows that the order names from <paramref name="start"/> on, without a training step.</summary>
    void Load(int start);

    /// <summary>Lets rows set out that are next, while the device works; never part of a recorded step.</summary>
    void Prefetch();
}
