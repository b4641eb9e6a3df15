// From a folder of recordings to a classifier: train, save, load another day, predict.
// The folder holds one folder a class (dog/1.wav, dog/2.wav, cat/1.wav, ...), or is one of the data sets that
// `nativecnn data` knows. Sample rate, clip length, features and training are those that `nativecnn train` would take.
using NativeCnn.Model;

namespace NativeCnn.Tests.Examples;

public static class TrainSaveLoadPredict
{
    public static void Run(string recordings, string sound, string folder, TextWriter output)
    {
        using (Classifier trained = Classifier.Train(recordings, epochs: 12))
        {
            trained.Save(folder);
        }

        using Classifier classifier = Classifier.Load(folder);
        output.WriteLine($"classes: {string.Join(", ", classifier.Labels)}");
        foreach (LabelProbability one in classifier.Predict(sound).Ranked)
        {
            output.WriteLine($"{one.Label}: {one.Probability:0.000}");
        }
    }
}
