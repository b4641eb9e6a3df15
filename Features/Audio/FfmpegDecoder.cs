// Every format that no decoder here reads, by the ffmpeg on the PATH: its first sound stream as float32 WAV on standard
// output, all channels at their own rate, which WavDecoder reads. FFMpegCore builds the command and names the
// programme.
//
// The process is our own (FfmpegProcess): FFMpegCore 6.0.0 reads a named pipe only until the process is gone, and an
// ffmpeg that is done before the pool has a thread for the pipe leaves nothing there. Seen with eight threads at once.

using System.Globalization;
using System.Text.RegularExpressions;
using FFMpegCore;

namespace NativeCnn.Features.Audio;

/// <summary>
/// Decodes M4A, AAC, WMA and whatever else the installed ffmpeg knows. As many processes run at a time as there are
/// processors. One that gives no sound for <see cref="Patience"/> is killed, and so is one that is cancelled.
/// </summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed partial class FfmpegDecoder : IAudioDecoder
{
    // Formats that hold their sound themselves. A playlist (HLS, DASH, concat) would make ffmpeg open other files.
    private const string Demuxers =
        "wav,w64,aiff,au,caf,flac,ogg,mp3,aac,ac3,eac3,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,asf,wv,ape,tta,tak,amr," +
        "amrnb,amrwb,dts,mpc,mpc8,nistsphere,voc,rm,avi,mpeg,mpegts";

    // What counts where the first bytes tell nothing; those of SoundFormats are known by them.
    private static readonly string[] ClaimedExtensions =
        [".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma", ".ape", ".ac3"];

    private const string ExportAgain = "export it again";

    private static readonly SemaphoreSlim Places = new(Environment.ProcessorCount);
    private static readonly string ProgramName = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";

    private readonly string? folder;

    /// <summary>A decoder that takes the ffmpeg on the PATH.</summary>
    /// <param name="folder">Another folder that ffmpeg lies in.</param>
    public FfmpegDecoder(string? folder = null) => this.folder = folder;

    /// <summary>How long ffmpeg may give nothing before it is given up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public bool OpensFiles => true;

    /// <summary>Where the programme lies, how long it is and when it was changed; empty where it is missing.</summary>
    public string Version => FindFolder() is { } place && new FileInfo(Path.Combine(place, ProgramName)) is var program
        ? string.Create(
            CultureInfo.InvariantCulture, $"{program.FullName} {program.Length} {program.LastWriteTimeUtc.Ticks}")
        : "";

    /// <summary>Whether there is an ffmpeg to call.</summary>
    public bool IsInstalled => FindFolder() is not null;

    /// <summary>How to get an ffmpeg on this system.</summary>
    public static string Advice =>
        (OperatingSystem.IsWindows() ? "install ffmpeg (`winget install ffmpeg`) and open a new terminal"
            : OperatingSystem.IsMacOS() ? "install ffmpeg (`brew install ffmpeg`)"
            : "install ffmpeg (`sudo apt-get install ffmpeg`, or your system's like)")
        + ", or convert the file to WAV elsewhere";

    /// <inheritdoc/>
    public bool CanDecode(ReadOnlySpan<byte> header) => SoundFormats.NameOf(header) is not null;

    /// <summary>
    /// Decodes a whole file held in memory, by way of a temporary file: some formats are read from both ends.
    /// </summary>
    /// <inheritdoc/>
    public AudioClip Decode(ReadOnlySpan<byte> file, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string program = Program(name);
        string temporary = Path.Combine(Path.GetTempPath(), $"nativecnn-{Guid.NewGuid():N}");
        try
        {
            File.WriteAllBytes(temporary, file);
            return Decode(temporary, name, program, CancellationToken.None);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <inheritdoc/>
    public AudioClip Decode(string path, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Decode(path, path, Program(path), cancellation);
    }

    /// <summary>Whether a file name's extension is one that ffmpeg may know.</summary>
    internal static bool ClaimsName(string name) =>
        ClaimedExtensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    private AudioClip Decode(string path, string name, string programFolder, CancellationToken cancellation)
    {
        string arguments = FFMpegArguments
            .FromFileInput(
                Quoted(path), verifyExists: false,
                input => input.WithCustomArgument(
                    $"-v error -nostdin -threads 1 -protocol_whitelist file -format_whitelist {Demuxers}"))
            .OutputToUrl("pipe:1", output => output.WithCustomArgument("-map 0:a:0 -c:a pcm_f32le").ForceFormat("wav"))
            .Arguments;
        string program = GlobalFFOptions.GetFFMpegBinaryPath(new FFOptions { BinaryFolder = programFolder });
        Places.Wait(cancellation);
        try
        {
            using var process = new FfmpegProcess();
            FfmpegEnd end = process.Run(program, arguments, Patience, cancellation);
            if (end == FfmpegEnd.Exited && process.ExitCode == 0 && !process.Output.IsEmpty)
            {
                AudioClip clip = new WavDecoder().Decode(process.Output, name, cancellation);
                return clip.Samples.Length > 0
                    ? clip with { Encoding = AudioEncoding.Compressed, Remark = RemarkOf(process) }
                    : throw AudioFormatException.Of(name, $"there is no sound in it ({Reason(process)})", ExportAgain);
            }

            throw end switch
            {
                FfmpegEnd.Late => AudioFormatException.Of(
                    name, $"ffmpeg gave no sound for {Patience.TotalSeconds:0.#} s and was stopped", ExportAgain),
                FfmpegEnd.TooLong => AudioFormatException.Of(
                    name, "it holds more than 2 GiB of sound", "cut it into clips"),
                _ => AudioFormatException.Of(name, $"ffmpeg cannot decode it ({Reason(process)})", ExportAgain),
            };
        }
        finally
        {
            Places.Release();
        }
    }

    // The whole path, so that it begins with no dash and names no protocol; quoted as .NET takes an argument apart.
    private static string Quoted(string path) =>
        BackslashesAtTheEnd().Replace(Quotes().Replace("file:" + Path.GetFullPath(path), "$1$1\\\""), "$1$1");

    private string Program(string name) => FindFolder() ?? throw Missing(name);

    /// <summary>The error where ffmpeg is needed and missing.</summary>
    /// <param name="name">What to call the file.</param>
    /// <param name="what">What the file is, as a clause, where that is known.</param>
    internal static AudioFormatException Missing(string name, string? what = null) => AudioFormatException.Of(
        name,
        (what is null ? "" : $"{what}: ") + "no decoder here reads it, and there is no ffmpeg on the PATH that might",
        Advice);

    private string? FindFolder()
    {
        IEnumerable<string> folders = folder is not null
            ? [folder]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
                Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.FirstOrDefault(place => File.Exists(Path.Combine(place, ProgramName)));
    }

    // Errors that ffmpeg told and went on after; a file that is cut short among them.
    private static AudioRemark? RemarkOf(FfmpegProcess process) =>
        !process.Said.Any() ? null
        : process.Said.Any(line => CutShort().IsMatch(line)) ? AudioRemark.CutShort($"ffmpeg says: {Reason(process)}")
        : new AudioRemark(AudioRemarkKind.Contradiction, $"ffmpeg says: {Reason(process)}");

    // What it said last, without addresses of this process and names of our temporary files: one line.
    private static string Reason(FfmpegProcess process)
    {
        const int Longest = 300;
        string reason = string.Join(
            "; ", process.Said.Select(line => Private().Replace(line, "").Trim()).Distinct().TakeLast(3));
        return reason.Length == 0 ? $"exit code {process.ExitCode}, and it did not say why"
            : reason.Length <= Longest ? reason
            : reason[..Longest] + "...";
    }

    [GeneratedRegex("(\\\\*)\"")]
    private static partial Regex Quotes();

    [GeneratedRegex(@"(\\+)\z")]
    private static partial Regex BackslashesAtTheEnd();

    [GeneratedRegex("partial file|truncat|end of file|premature", RegexOptions.IgnoreCase)]
    private static partial Regex CutShort();

    [GeneratedRegex(@" @ 0x[0-9a-fA-F]+|file:\S*nativecnn-[0-9a-f]{32}:? ?")]
    private static partial Regex Private();
}
