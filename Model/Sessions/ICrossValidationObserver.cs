using NativeCnn.Engine.Devices;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

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
