namespace NativeCnn.Model.Sessions;

/// <summary>Told how a cross-validation goes on.</summary>
public interface ICrossValidationObserver : ITrainingObserver
{
    /// <summary>The next fold begins.</summary>
    void FoldStarted(string group, int number, int count)
    {
    }

    /// <summary>A fold is done.</summary>
    void FoldDone(TrainingResult result)
    {
    }
}
