// Fetching from a server on loopback that does what servers do: whatever happens on the way, the data set is there
// whole or not at all, and the next call goes on.

using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using NativeCnn.Model.Data;
using NativeCnn.Tests.Fuzz;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Fetch;

namespace NativeCnn.Tests.Tools;

public sealed class FetchTests : IDisposable
{
    private static readonly FetchOptions Quick = new()
    {
        Download = new DownloadOptions(3, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10)),
    };

    private static readonly byte[] FsddZip = Archive(
        () => PublishedTrees.Fsdd("fsdd-master/recordings/"), (from, to) => ZipFile.CreateFromDirectory(from, to));

    private static readonly byte[] EscTarGz = Archive(() => PublishedTrees.Esc50(), (from, to) =>
    {
        using FileStream file = File.Create(to);
        using GZipStream zipped = new(file, CompressionLevel.Optimal);
        TarFile.CreateFromDirectory(from, zipped, includeBaseDirectory: false);
    });

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Fetch_ZipWithAFolderAroundAll_LeavesTheDataSetAndNothingElse()
    {
        using var server = new LoopbackServer((request, _) => LoopbackServer.File(request, FsddZip));
        List<(FetchStage Stage, long Done, long? Total)> told = [];

        FetchResult result = DataSetFetcher.Fetch(
            Fsdd(server), folder["data/fsdd"], Quick, (stage, done, total) => told.Add((stage, done, total)));

        Assert.Equal((160, false, null), (result.Clips, result.WasThere, result.Warning));
        Assert.Equal("FSDD", DataSetCatalog.Read(folder["data/fsdd"]).Reader);
        Assert.Equal([folder["data/fsdd"]], Directory.GetFileSystemEntries(folder["data"]));
        Assert.Equal((FetchStage.Download, FsddZip.Length, FsddZip.Length), told.Last(one => one.Stage == 0));
        Assert.Contains(told, one => one.Stage == FetchStage.Unpack);

        Assert.True(DataSetFetcher.Fetch(Fsdd(server), folder["data/fsdd"], Quick).WasThere);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Fetch_ConnectionThatBreaks_GoesOnWhereItBroke()
    {
        int third = EscTarGz.Length / 3;
        using var server = new LoopbackServer((request, number) => LoopbackServer.File(request, EscTarGz) with
        {
            SendOnly = number < 2 ? third : null,
        });

        FetchResult result = DataSetFetcher.Fetch(Esc(server), folder["esc"], Quick with { KeepArchive = true });

        Assert.Equal((30, "SHA-256 is right"), (result.Clips, result.Checked));
        Assert.Equal(
            [null, $"bytes={third}-", $"bytes={2 * third}-"], server.Requests.Select(request => request.Range));
        Assert.Equal([null, "\"v1\"", "\"v1\""], server.Requests.Select(request => request.IfRange));
        Assert.Equal(EscTarGz, File.ReadAllBytes(folder["esc.tar.gz"]));
    }

    [Fact]
    public void Fetch_Interrupted_GoesOnWithTheNextCall()
    {
        using var server = new LoopbackServer((request, number) => number == 0
            ? LoopbackServer.File(request, EscTarGz) with { SendOnly = 1000, Hang = true }
            : LoopbackServer.File(request, EscTarGz));
        using var interruption = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => DataSetFetcher.Fetch(
            Esc(server), folder["esc"], Quick, (_, done, _) => Cancel(done), interruption.Token));
        Assert.False(Directory.Exists(folder["esc"]));
        Assert.Equal(1000, new FileInfo(folder["esc.tar.gz.part"]).Length);

        Assert.Equal(30, DataSetFetcher.Fetch(Esc(server), folder["esc"], Quick).Clips);
        Assert.Equal("bytes=1000-", server.Requests[1].Range);
        Assert.Equal([folder["esc"]], Directory.GetFileSystemEntries(folder.Path));

        void Cancel(long done)
        {
            if (done == 1000)
            {
                interruption.Cancel();
            }
        }
    }

    [Theory]
    [InlineData("another version")]
    [InlineData("no ranges")]
    [InlineData("no mark of the version")]
    [InlineData("a range that was not asked for")]
    public void Fetch_WhereTheRestCannotBeHad_BeginsAnew(string server)
    {
        byte[] older = [.. EscTarGz.Select(value => (byte)~value)];
        using var web = new LoopbackServer((request, number) => (server, number) switch
        {
            ("another version", 0) => LoopbackServer.File(request, older, "\"v0\"") with { SendOnly = 500 },
            ("no mark of the version", _) => new WebReply(200, EscTarGz) { SendOnly = number == 0 ? 500 : null },
            ("no ranges", _) => new WebReply(200, EscTarGz, ("ETag", "\"v1\"")) { SendOnly = number == 0 ? 500 : null },
            ("a range that was not asked for", 1) => new WebReply(
                206, EscTarGz[7..], ("Content-Range", $"bytes 7-{EscTarGz.Length - 1}/{EscTarGz.Length}")),
            (_, 0) => LoopbackServer.File(request, EscTarGz) with { SendOnly = 500 },
            _ => LoopbackServer.File(request, EscTarGz),
        });

        Assert.Equal("SHA-256 is right", DataSetFetcher.Fetch(Esc(web), folder["esc"], Quick).Checked);
        Assert.Equal(server == "no mark of the version" ? null : "bytes=500-", web.Requests[1].Range);
    }

    [Fact]
    public void Fetch_PartThatIsWholeAlready_IsTaken()
    {
        using var server = new LoopbackServer((request, _) => LoopbackServer.File(request, EscTarGz));
        PublishedDataSet esc = Esc(server);
        File.WriteAllBytes(folder["esc.tar.gz.part"], EscTarGz);
        folder.Text("esc.tar.gz.part.info", $"{esc.Address}\n\"v1\"\n");

        Assert.Equal(30, DataSetFetcher.Fetch(esc, folder["esc"], Quick).Clips);
        Assert.Equal($"bytes={EscTarGz.Length}-", Assert.Single(server.Requests).Range);
    }

    [Fact]
    public void Fetch_RedirectsAndBusyServers_AreFollowedAndAskedAgain()
    {
        using var server = new LoopbackServer((request, number) => (request.Path, number) switch
        {
            ("/esc", _) => new WebReply(302, [], ("Location", "/elsewhere/esc")),
            (_, < 3) => new WebReply(503, []),
            _ => LoopbackServer.File(request, EscTarGz),
        });
        Assert.Equal(30, DataSetFetcher.Fetch(Esc(server), folder["esc"], Quick).Clips);
    }

    [Fact]
    public void Fetch_ServerThatFallsSilent_IsAskedAgain()
    {
        using var server = new LoopbackServer((request, number) => LoopbackServer.File(request, EscTarGz) with
        {
            SendOnly = number == 0 ? 700 : null,
            Hang = number == 0,
        });
        FetchOptions impatient = Quick with
        {
            Download = Quick.Download with { Silence = TimeSpan.FromMilliseconds(400) },
        };
        Assert.Equal(30, DataSetFetcher.Fetch(Esc(server), folder["esc"], impatient).Clips);
        Assert.Equal("bytes=700-", server.Requests[1].Range);
    }

    [Fact]
    public void Fetch_WrongChecksumOrSize_SaysBothAndKeepsNothing()
    {
        byte[] wrong = [.. EscTarGz, 0];
        using var server = new LoopbackServer((request, _) => LoopbackServer.File(request, wrong));

        PublishedDataSet esc = Esc(server);
        AssertFails(esc, esc.Checksum!.Hex, Convert.ToHexStringLower(SHA256.HashData(wrong)), "SHA-256", "--url");
        AssertFails(
            esc with { Checksum = new Checksum("MD5", new string('0', 32)) },
            Md5(wrong), "MD5");
        AssertFails(esc with { Bytes = EscTarGz.Length }, $"{wrong.Length} bytes", $"{EscTarGz.Length} were expected");
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Fetch_WhatIsNotThere_SaysSoAtOnce()
    {
        using var server = new LoopbackServer((_, _) => new WebReply(404, []));
        AssertFails(Esc(server), "no such file", "404", "--url");
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Fetch_ServerThatNeverSendsMore_IsGivenUp()
    {
        using var server = new LoopbackServer((request, _) => new WebReply(200, EscTarGz) { SendOnly = 10 });
        AssertFails(Esc(server), "10 bytes are kept");
        Assert.InRange(server.Requests.Count, 3, 4);

        var gone = new LoopbackServer((_, _) => new WebReply(200, []));
        PublishedDataSet lost = Esc(gone);
        gone.Dispose();
        AssertFails(lost, lost.Address.ToString(), "check the network");
    }

    [Fact]
    public void Fetch_IntoAFolderOfSomethingElse_LeavesItAlone()
    {
        folder.Touch("mine/letter.txt");
        using var server = new LoopbackServer((request, _) => LoopbackServer.File(request, EscTarGz));
        string message = Assert.Throws<DataSetException>(
            () => DataSetFetcher.Fetch(Esc(server), folder["mine"], Quick)).Message;
        Assert.Contains("--output", message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("../evil.txt")]
    [InlineData("a/../../evil.txt")]
    [InlineData("/evil.txt")]
    [InlineData("..\\evil.txt")]
    [InlineData("C:\\evil.txt")]
    public void Unpack_NameThatLeadsOut_IsRefusedAndNothingWritten(string name)
    {
        byte[] zip = Zip((name, "evil"u8.ToArray()));
        AssertUnpackFails(zip, ArchiveKind.Zip, name);
        byte[] tar = TarGz(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([1]) });
        AssertUnpackFails(tar, ArchiveKind.TarGz, name);
        Assert.Empty(Directory.GetFiles(folder.Path, "*evil*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Unpack_NameWithANullCharacter_IsRefused() => Assert.Contains(
        "leads out", Assert.Throws<FetchException>(
            () => ArchiveUnpacker.PathOf(folder.Path, "a/b\0.wav", "damaged.zip")).Message, StringComparison.Ordinal);

    [Fact]
    public void Unpack_Links_AreLeftOut()
    {
        string outside = folder.Text("outside.txt", "mine");
        byte[] tar = TarGz(
            new PaxTarEntry(TarEntryType.SymbolicLink, "door") { LinkName = folder.Path },
            new PaxTarEntry(TarEntryType.HardLink, "copy") { LinkName = outside },
            new PaxTarEntry(TarEntryType.RegularFile, "door/outside.txt") { DataStream = new MemoryStream([1, 2]) });
        string archive = folder["links.tar.gz"];
        File.WriteAllBytes(archive, tar);
        Directory.CreateDirectory(folder["into"]);
        ArchiveUnpacker.Unpack(archive, ArchiveKind.TarGz, folder["into"], null, CancellationToken.None);
        Assert.Equal("mine", File.ReadAllText(outside));
        Assert.Equal([1, 2], File.ReadAllBytes(folder["into/door/outside.txt"]));
        Assert.False(File.Exists(folder["into/copy"]));
    }

    /// <summary>300 MB of zeros in 300 kB; and what only says that it holds as much.</summary>
    [Theory]
    [InlineData(ArchiveKind.Zip)]
    [InlineData(ArchiveKind.TarGz)]
    public void Fetch_ArchiveThatHoldsFarTooMuch_IsRefusedAndWhatWasUnpackedRemoved(ArchiveKind kind)
    {
        byte[] zeros = new byte[150_000_000];
        byte[] bomb = kind == ArchiveKind.Zip ? Zip(("a/1.wav", zeros), ("a/2.wav", zeros))
            : TarGz(
                new PaxTarEntry(TarEntryType.RegularFile, "a/1.wav") { DataStream = new MemoryStream(new byte[60_000_000]) },
                new PaxTarEntry(TarEntryType.RegularFile, "a/2.wav") { DataStream = new MemoryStream(zeros) });
        using var server = new LoopbackServer((request, _) => LoopbackServer.File(request, bomb));
        PublishedDataSet wanted = new(
            "bomb", "zeros", server["bomb"], kind, null, null, "FSDD", 1, "none");

        string message = Assert.Throws<FetchException>(
            () => DataSetFetcher.Fetch(wanted, folder["bomb"], Quick)).Message;

        Assert.Contains("67,108,864 are unpacked of it", message, StringComparison.Ordinal);
        Assert.Contains("What was unpacked is removed; delete the archive", message, StringComparison.Ordinal);
        Assert.Equal([folder["bomb" + wanted.Extension]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData('0', "10000000000", "promises 1,073,741,824 bytes")]
    [InlineData('0', "77777777777", "promises 8,589,934,591 bytes")]
    [InlineData('x', "10000000000", "a header claims 1073741824 bytes")]
    [InlineData('L', "10000000000", "a header claims 1073741824 bytes")]
    [InlineData('S', "00000000000", "a sparse file")]
    [InlineData('0', "0000000000x", "the size in a header is no number")]
    public void Unpack_TarHeaderThatLies_IsRefusedAtOnceAndInLittleMemory(char type, string size, string said)
    {
        byte[] tar = ArchiveFuzzTests.Lie(ArchiveFuzzTests.Tars()[0], type, size);
        string archive = folder["lie.tar.gz"];
        File.WriteAllBytes(archive, ArchiveFuzzTests.GZip(tar));
        Directory.CreateDirectory(folder["into"]);
        string message = "";

        long allocated = Allocated.By(() => message = Assert.Throws<FetchException>(() => ArchiveUnpacker.Unpack(
            archive, ArchiveKind.TarGz, folder["into"], null, CancellationToken.None)).Message, runs: 2);

        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 2_000_000);
        Assert.True(new DirectoryInfo(folder["into"]).GetFiles("*", SearchOption.AllDirectories).Sum(one => one.Length) < 5000);
    }

    [Theory]
    [InlineData("a/1.wav", "a/1.wav", "twice")]
    [InlineData("a", "a/1.wav", "twice")]
    [InlineData("a/1.wav", "a", "twice")]
    [InlineData("a/1.wav", "b\u0000.wav", "leads out")]
    public void Unpack_NamesThatContradictEachOther_AreRefused(string first, string second, string said)
    {
        byte[] zip = Zip((first, [1]), (second, [2]));
        AssertUnpackFails(zip, ArchiveKind.Zip, said);
    }

    [Theory]
    [InlineData(ArchiveKind.Zip)]
    [InlineData(ArchiveKind.TarGz)]
    public void Unpack_NameThatNoFileSystemTakes_IsRefused(ArchiveKind kind)
    {
        string name = "a/" + new string('x', 300) + "\n.wav";
        byte[] archive = kind == ArchiveKind.Zip ? Zip((name, [1]))
            : TarGz(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([1]) });
        AssertUnpackFails(archive, kind, "which no file system takes");
    }

    [Fact]
    public void Unpack_DevicesAndLinks_AreCounted()
    {
        byte[] tar = TarGz(
            new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "/etc" },
            new PaxTarEntry(TarEntryType.CharacterDevice, "zero") { DeviceMajor = 1, DeviceMinor = 5 },
            new PaxTarEntry(TarEntryType.Fifo, "pipe"),
            new PaxTarEntry(TarEntryType.RegularFile, "file") { DataStream = new MemoryStream([1]) });
        File.WriteAllBytes(folder["x.tar.gz"], tar);
        Directory.CreateDirectory(folder["into"]);

        int leftOut = ArchiveUnpacker.Unpack(
            folder["x.tar.gz"], ArchiveKind.TarGz, folder["into"], null, CancellationToken.None);

        Assert.Equal(3, leftOut);
        Assert.Equal([folder["into/file"]], Directory.GetFileSystemEntries(folder["into"]));
    }

    [Fact]
    public void Fetch_ServerThatSendsWithoutEnd_IsStopped()
    {
        using var server = new LoopbackServer((request, _) => LoopbackServer.File(request, EscTarGz));
        FetchOptions little = Quick with { Download = Quick.Download with { MostBytes = 1000 } };
        string message = Assert.Throws<FetchException>(
            () => DataSetFetcher.Fetch(Esc(server), folder["esc"], little)).Message;
        Assert.Contains("up to 1,000 are loaded", message, StringComparison.Ordinal);
    }

    /// <summary>.NET reads to where a file ends, were it in the middle of its compressed data.</summary>
    [Fact]
    public void Unpack_OfAnArchiveWithoutItsEnd_Fails()
    {
        byte[] content = [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * i >> 3))];
        byte[] good = TarGz(
            new PaxTarEntry(TarEntryType.RegularFile, "a/b.wav") { DataStream = new MemoryStream(content) });
        string archive = folder["short"];
        for (int missing = 1; missing <= 64; missing++)
        {
            File.WriteAllBytes(archive, good[..^missing]);
            Assert.Throws<FetchException>(() => ArchiveUnpacker.Unpack(
                archive, ArchiveKind.TarGz, folder[$"into{missing}"], null, CancellationToken.None));
        }

        // Damage at this place once went unseen.
        byte[] bad = [.. good];
        bad[Math.Min(1224, bad.Length - 1)] ^= 219;
        File.WriteAllBytes(archive, bad);
        Assert.Throws<FetchException>(() => ArchiveUnpacker.Unpack(
            archive, ArchiveKind.TarGz, folder["into"], null, CancellationToken.None));
    }

    [Theory]
    [InlineData(ArchiveKind.Zip)]
    [InlineData(ArchiveKind.TarGz)]
    public void Unpack_OfADamagedArchive_FailsOrGivesTheSameBytes(ArchiveKind kind)
    {
        byte[] content = [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * i >> 3))];
        byte[] good = kind == ArchiveKind.Zip ? Zip(("a/b.wav", content))
            : TarGz(new PaxTarEntry(TarEntryType.RegularFile, "a/b.wav") { DataStream = new MemoryStream(content) });
        string archive = folder["damaged"];
        int failures = 0;
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte[1, 255], Gen.Int[0, 3]).Sample(
            (at, change, cut) =>
            {
                byte[] bad = [.. good];
                bad[at] ^= change;
                File.WriteAllBytes(archive, cut == 0 ? good[..at] : bad);
                using TemporaryFolder into = new();
                try
                {
                    ArchiveUnpacker.Unpack(archive, kind, into.Path, null, CancellationToken.None);
                    foreach (string file in Directory.GetFiles(into.Path, "*", SearchOption.AllDirectories))
                    {
                        Assert.Equal(content, File.ReadAllBytes(file));
                    }
                }
                catch (FetchException error)
                {
                    Assert.DoesNotContain('\n', error.Message);
                    Interlocked.Increment(ref failures);
                }
            },
            iter: 400, threads: 1);
        Assert.InRange(failures, 200, 400);
    }

    [Fact]
    public void Crc32_OfTheNineDigits_IsTheKnownOne() =>
        Assert.Equal(0xCBF43926, Crc32.Append(Crc32.Append(0, "1234"u8), "56789"u8));

    [Fact]
    public void DiskErrors_AreToldApart()
    {
        int full = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;
        Assert.Contains(
            "full", FetchException.OfDisk("x", new IOException("No space left", full)).Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "full", FetchException.OfDisk("x", new IOException("Read-only", 30)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Catalogue_IsWellFormed() => Assert.All(PublishedDataSet.All, one =>
    {
        Assert.Equal("https", one.Address.Scheme);
        Assert.EndsWith(one.Extension, one.Address.AbsolutePath, StringComparison.Ordinal);
        Assert.Equal(one.Checksum?.Algorithm == "MD5" ? 32 : 64, one.Checksum?.Hex.Length ?? 64);
        Assert.True(one.Clips > 0 && one.Licence.Length > 0);
    });

    private static PublishedDataSet Fsdd(LoopbackServer server) => new(
        "fsdd", "digits", server["fsdd"], ArchiveKind.Zip, FsddZip.Length, null, "FSDD", 160, "none");

    private static PublishedDataSet Esc(LoopbackServer server) => new(
        "esc50", "sounds", server["esc"], ArchiveKind.TarGz, null,
        new Checksum("SHA-256", Convert.ToHexStringLower(SHA256.HashData(EscTarGz))), "ESC-50", 30, "none");

    private void AssertFails(PublishedDataSet wanted, params string[] said)
    {
        string message = Assert.Throws<FetchException>(
            () => DataSetFetcher.Fetch(wanted, folder["esc"], Quick)).Message;
        Assert.All(said, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', message);
        Assert.False(Directory.Exists(folder["esc"]));
        File.Delete(folder["esc.tar.gz.part"]);
        File.Delete(folder["esc.tar.gz.part.info"]);
    }

    private void AssertUnpackFails(byte[] bytes, ArchiveKind kind, string said)
    {
        string archive = folder["archive"];
        File.WriteAllBytes(archive, bytes);
        Directory.CreateDirectory(folder["deep/into"]);
        string message = Assert.Throws<FetchException>(() => ArchiveUnpacker.Unpack(
            archive, kind, folder["deep/into"], null, CancellationToken.None)).Message;
        Assert.Contains(said, message, StringComparison.Ordinal);
    }

    private static string Md5(byte[] bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Archive(Func<TemporaryFolder> make, Action<string, string> pack)
    {
        using TemporaryFolder content = make();
        using TemporaryFolder target = new();
        pack(content.Path, target["archive"]);
        return File.ReadAllBytes(target["archive"]);
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach ((string name, byte[] content) in files)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private static byte[] TarGz(params TarEntry[] entries)
    {
        using MemoryStream bytes = new();
        using (GZipStream zipped = new(bytes, CompressionLevel.Optimal, leaveOpen: true))
        using (TarWriter tar = new(zipped, TarEntryFormat.Pax))
        {
            foreach (TarEntry entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }

        return bytes.ToArray();
    }
}
