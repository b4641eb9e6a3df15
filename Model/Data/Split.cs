// What a split is: three disjoint lists of clips.

namespace NativeCnn.Model.Data;

/// <summary>A data set taken apart. The three lists are disjoint; each is ascending.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Train">Indices into <see cref="DataSet.Entries"/> of the clips to train on.</param>
/// <param name="Validation">Indices of the clips measured after every epoch.</param>
/// <param name="Test">Indices of the clips kept for the last measurement; empty unless the data set names them.</param>
public sealed record Split(int[] Train, int[] Validation, int[] Test);
