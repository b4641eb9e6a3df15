using NativeCnn.Tests.Model;

namespace NativeCnn.Tests.Cli;

/// <summary>A run of two epochs on a few built-in sounds, trained once for all tests that use one.</summary>
public sealed class TrainedRun : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TrainedRun() => Result = Train("run", epochs: 2).Succeeded();

    /// <summary>What <c>train --json</c> said.</summary>
    internal CliRun Result { get; }

    /// <summary>The run folder.</summary>
    public string Path => this["run"];

    /// <summary>A path beside it.</summary>
    public string this[string name] => folder[name];

    internal CliRun Train(string name, int epochs, params string[] more) => CliRun.Of(Arguments(name, epochs, more));

    internal string[] Arguments(string name, int epochs, params string[] more) =>
    [
        "train", "--clips-per-class", "10", "--clip-seconds", "0.25", "--epochs", $"{epochs}", "--seed", "3",
        "--device", "cpu", "--json", "--output", this[name], .. more,
    ];

    public byte[] Model(string name) => File.ReadAllBytes(System.IO.Path.Combine(this[name], "model.safetensors"));

    public void Dispose() => folder.Dispose();
}
