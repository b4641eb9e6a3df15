using NativeCnn.Engine.Devices;
using NativeCnn.Features.Augmentation;
using NativeCnn.Features.Options;
using NativeCnn.Model;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class HostBodiesTests
{
    public static TheoryData<string> Networks => [.. NetworkPresets.Names];

    /// <summary>
    /// A portable kernel on cpu is slow, and told to the user: the product's own operators all have a host body.
    /// </summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void Training_OfANetworkPresetOnTheHost_RunsNoPortableKernel(string name)
    {
        const int SampleRate = 4000;
        using var folder = new TemporaryFolder();
        NetworkPreset preset = NetworkPresets.Resolve(name);
        ClipSource clips = ClipSource.BuiltIn(SampleRate, 1, 4, seed: 1);
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        var config = new RunConfig
        {
            Labels = clips.DataSet.Labels,
            Features = FeaturePresets.Resolve(preset.Features, SampleRate, () => SampleRate),
            ClipSamples = SampleRate,
            Model = preset.Create(),
            Training = preset.Training with
            {
                Epochs = 1,
                BatchSize = 8,
                LabelSmoothing = 0.1f,
                BalanceClasses = true,
                Augmentation = AugmentationOptions.Parse("shift=0.01,speed,gain,noise,time-masks,band-masks,mixup"),
            },
            Device = "cpu",
        };
        var observer = new Remarks();

        TrainingSession.Run(device, config, clips, folder["run"], resume: false, observer);
        using Classifier classifier = Classifier.Load(folder["run"], "cpu");
        classifier.Device.Remarked += observer.Remark;
        classifier.Predict(Randoms.Normal(SampleRate, 1), SampleRate);

        Assert.DoesNotContain(observer.All, line => line.Contains("kernel", StringComparison.Ordinal));
        Assert.Equal(0, device.Launches + classifier.Device.Launches);
    }

    private sealed class Remarks : ITrainingObserver
    {
        public List<string> All { get; } = [];

        public void Remark(string text) => All.Add(text);
    }
}
