namespace NativeCnn.Model.Networks.Planning;

/// <summary>A stage with what its backward pass needs around it.</summary>
/// <param name="Name">For instance <c>conv1 + relu + pool</c>.</param>
/// <param name="IsFused">True where it runs more than one layer.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Place">The tensors that it was planned for.</param>
/// <param name="GoesBack">False where nothing before it learns.</param>
/// <param name="Sums">Gradients to add where other users wrote theirs before.</param>
/// <param name="ForwardWork">What its forward pass has to do.</param>
/// <param name="BackwardWork">What its backward pass has to do.</param>
internal sealed record PlannedStage(
    string Name, bool IsFused, Stage Stage, StagePlan Place, bool GoesBack, IReadOnlyList<GradientSum> Sums,
    StageWork ForwardWork, StageWork BackwardWork)
{
    /// <summary>From the gradient of the output to those of inputs and parameters, where something before learns.</summary>
    public void Backward()
    {
        if (!GoesBack)
        {
            return;
        }

        Stage.Backward();
        for (int sum = 0; sum < Sums.Count; sum++)
        {
            Sums[sum].Run();
        }
    }
}
