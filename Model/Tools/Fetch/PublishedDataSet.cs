// The published data sets that can be fetched: their addresses, sizes and checksums, all in this one place.

namespace NativeCnn.Tools.Fetch;

/// <summary>A data set and where to get it.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">What <c>nativecnn data fetch</c> takes.</param>
/// <param name="Title">What it holds, in a line.</param>
/// <param name="Address">The archive.</param>
/// <param name="Archive">How it is packed.</param>
/// <param name="Bytes">The archive's size where it is published; null where it is not.</param>
/// <param name="Checksum">The archive's checksum where one is published; null where none is.</param>
/// <param name="Reader">
/// The reader that takes it once unpacked, see <see cref="NativeCnn.Model.Data.DataSet.Reader"/>.
/// </param>
/// <param name="Clips">How many clips it has.</param>
/// <param name="Licence">Its licence.</param>
public sealed record PublishedDataSet(
    string Name, string Title, Uri Address, ArchiveKind Archive, long? Bytes, Checksum? Checksum, string Reader,
    int Clips, string Licence)
{
    /// <summary>
    /// The catalogue. GitHub packs the archive of a branch anew at any time, so no checksum of it is published or
    /// would hold (two that are in use for ESC-50 differ): there every file's CRC-32 is checked, and the clips are
    /// counted. Sources: the size and SHA-256 of Speech Commands in TensorFlow Datasets' url_checksums and torchaudio,
    /// the MD5 of UrbanSound8K in soundata, as Zenodo shows it.
    /// </summary>
    public static IReadOnlyList<PublishedDataSet> All { get; } =
    [
        new(
            "fsdd", "Free Spoken Digit Dataset: ten digits, six speakers, 8 kHz",
            new Uri("https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/heads/master.zip"),
            ArchiveKind.Zip, Bytes: null, Checksum: null, "FSDD", 3000, "CC BY-SA 4.0"),
        new(
            "esc50", "ESC-50 with ESC-10: environmental sounds of 5 s, 50 classes, 5 folds, 44.1 kHz",
            new Uri("https://github.com/karolpiczak/ESC-50/archive/refs/heads/master.zip"),
            ArchiveKind.Zip, Bytes: null, Checksum: null, "ESC-50", 2000, "CC BY-NC 3.0"),
        new(
            "urbansound8k", "UrbanSound8K: sounds of the city up to 4 s, ten classes, 10 folds",
            new Uri("https://zenodo.org/records/1203745/files/UrbanSound8K.tar.gz?download=1"),
            ArchiveKind.TarGz, Bytes: null, new Checksum("MD5", "9aa69802bbf37fb986f71ec1483a196e"),
            "UrbanSound8K", 8732, "CC BY-NC"),
        new(
            "speech_commands", "Speech Commands 0.02: 35 words of 1 s, 2,618 speakers, 16 kHz",
            new Uri("https://storage.googleapis.com/download.tensorflow.org/data/speech_commands_v0.02.tar.gz"),
            ArchiveKind.TarGz, 2_428_923_189,
            new Checksum("SHA-256", "af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58"),
            "Speech Commands", 105_829, "CC BY 4.0"),
    ];

    /// <summary>The file name extension of its archive.</summary>
    public string Extension => Archive == ArchiveKind.Zip ? ".zip" : ".tar.gz";
}
