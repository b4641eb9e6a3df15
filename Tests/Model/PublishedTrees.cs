// Small trees in the real layouts of the published data sets, with sounds of a few samples.

using NativeCnn.Features.Audio;

namespace NativeCnn.Tests.Model;

internal static class PublishedTrees
{
    public static readonly string[] Words = ["bed", "cat", "zero"];

    private static readonly byte[] Sound = WavWriter.EncodePcm16([0f, 0.25f, -0.25f, 0.5f], 8000);

    public static void Wav(this TemporaryFolder folder, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.WriteAllBytes(folder[name], Sound);
    }

    /// <summary>Two speakers, recordings 0 to 7 of every digit, as the repository has them.</summary>
    public static TemporaryFolder Fsdd(string below = "recordings/")
    {
        TemporaryFolder folder = new();
        for (int digit = 0; digit < 10; digit++)
        {
            foreach (string speaker in new[] { "jackson", "theo" })
            {
                for (int index = 0; index < 8; index++)
                {
                    folder.Wav($"{below}{digit}_{speaker}_{index}.wav");
                }
            }
        }

        return folder;
    }

    /// <summary>Three categories, five folds, two clips of one recording a fold; the first two are in ESC-10.</summary>
    public static TemporaryFolder Esc50(string below = "")
    {
        TemporaryFolder folder = new();
        string[] categories = ["dog", "rain", "sea_waves"];
        List<string> lines = ["filename,fold,target,category,esc10,src_file,take"];
        for (int fold = 1; fold <= 5; fold++)
        {
            for (int target = 0; target < categories.Length; target++)
            {
                foreach (char take in "AB")
                {
                    string recording = $"{100000 + (10 * fold) + target}";
                    string name = $"{fold}-{recording}-{take}-{target}.wav";
                    string inSubset = target < 2 ? "True" : "False";
                    lines.Add($"{name},{fold},{target},{categories[target]},{inSubset},{recording},{take}");
                    folder.Wav($"{below}audio/{name}");
                }
            }
        }

        Directory.CreateDirectory(folder[$"{below}meta"]);
        folder.Text($"{below}meta/esc50.csv", string.Join('\n', lines) + "\n");
        return folder;
    }

    /// <summary>Two classes in ten folds, each fold with two slices of one recording a class.</summary>
    public static TemporaryFolder UrbanSound8K()
    {
        TemporaryFolder folder = new();
        string[] classes = ["air_conditioner", "siren"];
        List<string> lines = ["slice_file_name,fsID,start,end,salience,fold,classID,class"];
        for (int fold = 1; fold <= 10; fold++)
        {
            for (int label = 0; label < classes.Length; label++)
            {
                for (int slice = 0; slice < 2; slice++)
                {
                    int recording = 5000 + (10 * fold) + label;
                    string name = $"{recording}-{label}-0-{slice}.wav";
                    lines.Add($"{name},{recording},0.5,4.25,1,{fold},{label},{classes[label]}");
                    folder.Wav($"audio/fold{fold}/{name}");
                }
            }
        }

        folder.Touch("audio/fold1/.DS_Store");
        Directory.CreateDirectory(folder["metadata"]);
        folder.Text("metadata/UrbanSound8K.csv", string.Join("\r\n", lines) + "\r\n");
        return folder;
    }

    /// <summary>Six speakers say every word twice; the fifth validates, the sixth tests.</summary>
    public static TemporaryFolder SpeechCommands()
    {
        TemporaryFolder folder = new();
        List<string> validation = [];
        List<string> test = [];
        for (int speaker = 0; speaker < 6; speaker++)
        {
            foreach (string word in Words)
            {
                for (int take = 0; take < 2; take++)
                {
                    string name = $"{word}/0a7c2a8{speaker}_nohash_{take}.wav";
                    folder.Wav(name);
                    (speaker == 4 ? validation : speaker == 5 ? test : []).Add(name);
                }
            }
        }

        folder.Wav("_background_noise_/white_noise.wav");
        folder.Wav("_background_noise_/running_tap.wav");
        folder.Touch("_background_noise_/README.md", "LICENSE", "README.md");
        folder.Text("validation_list.txt", string.Join('\n', validation) + "\n");
        folder.Text("testing_list.txt", string.Join("\r\n", test) + "\r\n");
        return folder;
    }
}
