using NativeCnn.Model.Sessions;

namespace NativeCnn.Cli.Output;

/// <summary>How a training shows itself: live on a terminal, as plain lines, or as JSON Lines.</summary>
internal interface ITrainingView : ICrossValidationObserver
{
    /// <summary>Something that was chosen for the user; shown when the training starts.</summary>
    void Note(string text);

    /// <summary>A run is done.</summary>
    void Finished(TrainingResult result);

    /// <summary>All folds are done.</summary>
    void FoldsFinished(CrossValidationResult result);
}
