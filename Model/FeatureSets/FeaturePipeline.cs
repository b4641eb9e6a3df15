// From clips to their features: each file is opened, read and hashed once; decoded, computed and written on all
// processors at the same time, a block of clips at a time; and kept in one place. What the cache has is neither opened
// nor computed. Features are the same bits wherever they are kept and however they came there, since the bits of a row
// do not depend on the rows beside it.
//
//   look     files by path, length and times -> keys -> rows of the cache that are whole
//   read     file -> bytes -> key -> a row of the cache, or samples in a row of a block
//   compute  block -> samples at the run's rate -> features -> moments of their rows
//   keep     features to their place, and to the pack of this run
//   share    where other processes need the same set, and no cache has it: each takes a share of the clips through
//   this,          and gets the rows of the others
//
// On the host a thread takes its block through all of it, on a device of its own with one worker: nobody waits, and the
// block stays in the core's cache. For a GPU all threads read, and one computes and keeps.
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Simd;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Audio;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Computes one set of features.</summary>
internal sealed class FeaturePipeline : IDisposable
{
    private const int MostBlockRows = 64;

    // Notes of a row beside its moments: the clip's length, and what is odd about its file (0 for nothing).
    private const int FactsOfRow = 2;

    // Samples of all blocks that are on their way to a GPU, 64 MiB; a block has one clip at least.
    private const long MostSamples = 1 << 24;

    // Samples of a block on the host, 512 KiB: they stay in a core's cache.
    private const long MostHostSamples = 1 << 17;

    // Bytes of rows that processes give each other at a time, all together, 128 MiB.
    private const int BytesOfStripe = 1 << 27;

    private readonly ComputeDevice device;
    private readonly IReadOnlyList<ClipEntry> entries;
    private readonly IClipReader reader;
    private readonly ClipFormat format;
    private readonly FeatureSetOptions options;
    private readonly FeatureCache? cache;
    private readonly PackLayout layout;
    private readonly IRowPlace place;
    private readonly string settings;
    private readonly UInt128[] fileKeys;
    private readonly UInt128[] keys;
    private readonly float[] moments;
    private readonly float[] seconds;
    private readonly bool[] isThere;
    private readonly ConcurrentDictionary<int, SkippedClip> skipped = new();
    private readonly ConcurrentDictionary<int, AudioRemark> remarks = new();
    private readonly ConcurrentQueue<(int Entry, PackRow Found)> later = new();
    private readonly Lock telling = new();
    private readonly CancellationTokenSource stop;
    private readonly ClipShare? share;
    private MemoryPlace? own;
    private int done;

    private FeaturePipeline(
        ComputeDevice device, IReadOnlyList<ClipEntry> entries, IClipReader reader, ClipFormat format,
        FeatureSetOptions options, CancellationToken cancellation)
    {
        this.device = device;
        this.entries = entries;
        this.reader = reader;
        this.format = format;
        this.options = options;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Sound that is kept must be read, whatever is known of its features.
        cache = options.KeepSamples || !reader.IdentifiesClips ? null : options.Cache;
        Shape row = options.KeepSamples
            ? new Shape(format.ClipSamples)
            : new Shape(format.Channels, format.Frames);
        layout = options.KeepSamples
            ? new PackLayout(row.Length)
            : new PackLayout(row.Length, MomentsOfRow + FactsOfRow, format.Precision == FeaturePrecision.Fp16);
        settings = SettingsOf(device, format);
        fileKeys = new UInt128[entries.Count];
        keys = new UInt128[entries.Count];
        moments = new float[(long)entries.Count * MomentsOfRow];
        seconds = new float[entries.Count];
        isThere = new bool[entries.Count];
        share = cache is null && options.Share is { Count: > 1 } shared ? shared : null;
        place = options.Memory switch
        {
            FeatureMemory.Host => new MemoryPlace(entries.Count, layout),
            FeatureMemory.Disk => new DiskPlace(entries.Count, layout),
            _ => new DevicePlace(device, entries.Count, row),
        };
    }

    private int MomentsOfRow => format.Channels * RowMoments.Count;

    /// <summary>Computes or finds the features of clips.</summary>
    /// <exception cref="DeviceMemoryException">The device has no room for them.</exception>
    /// <exception cref="DataSetException">The disk has no room for them.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PipelineResult Run(
        ComputeDevice device, IReadOnlyList<ClipEntry> entries, IClipReader reader, ClipFormat format,
        FeatureSetOptions options, CancellationToken cancellation)
    {
        using var pipeline = new FeaturePipeline(device, entries, reader, format, options, cancellation);
        return pipeline.Run();
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private PipelineResult Run()
    {
        bool isOnDisk = options.Memory == FeatureMemory.Disk;
        using CacheShelf? known = cache is null ? null : KnownFiles.OpenIn(cache);
        CacheShelf? shelf = cache?.Open(settings, layout);
        try
        {
            if (shelf is not null)
            {
                Look(shelf, known!);
            }

            int[] missing = [.. Enumerable.Range(0, entries.Count).Where(i => !isThere[i])];
            int computed;
            using (var log = new RowLog(cache, settings, layout, missing.Length, isOnDisk))
            {
                computed = share is null ? Compute(missing, 0, shelf, log) : ComputeShare(share, missing, log);
                TakeLater();
                FeaturePack? pack = log.Complete();
                for (int row = 0; row < missing.Length && pack is not null && isOnDisk; row++)
                {
                    if (pack.IsWritten(row))
                    {
                        place.Written(missing[row], new PackRow(pack, row));
                    }
                }

                if (!isOnDisk)
                {
                    pack?.Dispose();
                }
            }

            if (cache is not null)
            {
                KnownFiles.Keep(cache, known!, fileKeys, keys, i => reader.ContentHash(entries[i]) ?? 0);
                cache.Misses += computed + skipped.Count;
                cache.Hits += entries.Count - computed - skipped.Count;
            }
        }
        finally
        {
            if (!isOnDisk)
            {
                shelf?.Dispose();
            }
        }

        return Result();
    }

    /// <summary>Finds what the cache has of files that it knows, without opening them.</summary>
    private void Look(CacheShelf shelf, CacheShelf known)
    {
        int pieces = (entries.Count + MostBlockRows - 1) / MostBlockRows;
        var workers = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            CancellationToken = stop.Token,
        };
        var found = new PackRow?[entries.Count];
        Parallel.For(0, pieces, workers, piece =>
        {
            foreach (int i in Piece(piece))
            {
                fileKeys[i] = reader.FileKey(entries[i]) ?? 0;
                if (fileKeys[i] != 0)
                {
                    (keys[i], UInt128 content) = KnownFiles.Find(known, fileKeys[i]);
                    reader.Know(entries[i], content);
                }

                found[i] = shelf.Find(keys[i]);
            }

            if (place.TakesFromAnyThread)
            {
                TakePiece(piece);
            }
        });
        for (int piece = 0; piece < pieces && !place.TakesFromAnyThread; piece++)
        {
            TakePiece(piece);
        }

        IEnumerable<int> Piece(int piece) =>
            Enumerable.Range(piece * MostBlockRows, Math.Min(MostBlockRows, entries.Count - (piece * MostBlockRows)));

        void TakePiece(int piece)
        {
            int first = piece * MostBlockRows;
            int count = Math.Min(MostBlockRows, entries.Count - first);
            if (Array.Exists(found[first..(first + count)], one => one is not null))
            {
                Take(first, found.AsSpan(first, count));
                Tell(isThere.AsSpan(first, count).Count(true));
            }
        }
    }

    /// <summary>Reads, computes and keeps clips.</summary>
    /// <param name="missing">The clips.</param>
    /// <param name="before">Rows of the log before theirs.</param>
    /// <param name="shelf">What the cache has.</param>
    /// <param name="log">The rows that are computed.</param>
    /// <returns>Rows that were computed.</returns>
    private int Compute(int[] missing, int before, CacheShelf? shelf, RowLog log)
    {
        if (missing.Length == 0)
        {
            return 0;
        }

        int threads = device.IsHost ? device.Workers.Count : Environment.ProcessorCount;
        // Two for each thread that reads, so that none waits while the GPU has the other.
        long most = device.IsHost ? MostHostSamples : MostSamples / (2 * threads);
        int rows = (int)Math.Clamp(most / format.ClipSamples, 1, Math.Min(MostBlockRows, missing.Length));
        int blocks = (missing.Length + rows - 1) / rows;
        threads = Math.Min(threads, blocks);
        int next = -1;
        int computed = 0;
        if (device.IsHost)
        {
            SideBySide.Run(threads, ComputeHere, stop);
        }
        else
        {
            ComputeOnDevice();
        }

        return computed;

        void ComputeHere()
        {
            using ComputeDevice mine = device.OpenAlike(workers: 1);
            var lane = new FeatureLane(mine, format, rows);
            var block = new ClipBlock(format, rows, lane.Samples);
            IClipCursor cursor = reader.Cursor();
            while (Fill(block, cursor))
            {
                Finish(block, lane);
            }
        }

        void ComputeOnDevice()
        {
            using var free = new BlockingCollection<ClipBlock>();
            using var full = new BlockingCollection<ClipBlock>();
            for (int i = 0; i < Math.Min(2 * threads, blocks); i++)
            {
                free.Add(new ClipBlock(format, rows, samples: null));
            }

            var lane = new FeatureLane(device, format, rows);
            SideBySide.Run(
                threads,
                () =>
                {
                    IClipCursor cursor = reader.Cursor();
                    ClipBlock block = free.Take(stop.Token);
                    while (Fill(block, cursor))
                    {
                        full.Add(block);
                        block = free.Take(stop.Token);
                    }

                    free.Add(block);
                },
                stop,
                full.CompleteAdding,
                () =>
                {
                    foreach (ClipBlock block in full.GetConsumingEnumerable(stop.Token))
                    {
                        Finish(block, lane);
                        free.Add(block);
                    }
                });
        }

        // The next block that is to be read; false where there is none.
        bool Fill(ClipBlock block, IClipCursor cursor)
        {
            stop.Token.ThrowIfCancellationRequested();
            int first = Interlocked.Increment(ref next) * rows;
            if (first >= missing.Length || first < 0)
            {
                return false;
            }

            block.Clear();
            int end = Math.Min(first + rows, missing.Length);
            for (int row = first; row < end; row++)
            {
                Read(block, cursor, row, missing[row], shelf);
            }

            Tell(end - first - block.Entries.Count);
            return true;
        }

        void Finish(ClipBlock block, FeatureLane lane)
        {
            if (block.Entries.Count > 0)
            {
                lane.Compute(block);
                Interlocked.Add(ref computed, Keep(block, lane, missing, before, log));
                Tell(block.Entries.Count);
            }
        }
    }

    /// <summary>One clip: to the next row of a block, unless the cache has it or it cannot be read.</summary>
    private void Read(ClipBlock block, IClipCursor cursor, int row, int i, CacheShelf? shelf)
    {
        ClipEntry entry = entries[i];
        try
        {
            keys[i] = cursor.MoveTo(entry) ?? 0;
            if (shelf?.Find(keys[i]) is { } found && IsTaken(i, found))
            {
                return;
            }

            int samples = cursor.TryDecodeInto(format.Features.SampleRate, block.Next);
            if (samples > 0)
            {
                seconds[i] = (float)samples / format.Features.SampleRate;
                block.Add(row);
            }
            else
            {
                AudioClip clip = cursor.Decode(stop.Token);
                block.Add(row, clip, entry.Path);
                seconds[i] = (float)clip.Seconds;
                if (clip.Remark is { } remark)
                {
                    remarks[i] = remark;
                }
            }

            // What changed while it was read is not what was looked at.
            if (fileKeys[i] != 0 && reader.FileKey(entry) != fileKeys[i])
            {
                fileKeys[i] = 0;
            }
        }
        catch (Exception error) when (error is AudioFormatException || FeatureCache.IsOfFiles(error))
        {
            keys[i] = 0;
            skipped.TryAdd(i, new SkippedClip(entry.Path, error.Message));
        }
    }

    /// <summary>Takes a row that a pack has, now or, where this thread may not, when all are read.</summary>
    /// <returns>False where it is damaged.</returns>
    private bool IsTaken(int i, PackRow found)
    {
        if (place.TakesFromAnyThread)
        {
            Take(i, [found]);
            return isThere[i];
        }

        bool isWhole = found.Pack.TryRead(found.Row, new float[layout.Values], new float[layout.Notes]);
        if (isWhole)
        {
            later.Enqueue((i, found));
        }

        return isWhole;
    }

    private void TakeLater()
    {
        foreach ((int i, PackRow found) in later)
        {
            Take(i, [found]);
            if (!isThere[i])
            {
                throw new DataSetException(
                    $"the cache in '{cache!.Folder}' was changed while it was read: run again, or add --no-cache");
            }
        }
    }

    /// <summary>Takes what packs have of neighbouring rows.</summary>
    private void Take(int first, ReadOnlySpan<PackRow?> found)
    {
        float[] notes = new float[found.Length * layout.Notes];
        place.Take(first, found, notes, isThere.AsSpan(first, found.Length));
        for (int row = 0; row < found.Length; row++)
        {
            if (isThere[first + row])
            {
                SetNotes(first + row, notes.AsSpan(row * layout.Notes, layout.Notes));
            }
        }
    }

    private void SetNotes(int i, ReadOnlySpan<float> notes)
    {
        notes[..MomentsOfRow].CopyTo(moments.AsSpan(i * MomentsOfRow));
        seconds[i] = notes[MomentsOfRow];
        if (notes[MomentsOfRow + 1] is > 0 and var kind)
        {
            remarks[i] = AudioRemark.OfKind((AudioRemarkKind)((int)kind - 1));
        }
    }

    private void GetNotes(int i, Span<float> notes)
    {
        moments.AsSpan(i * MomentsOfRow, MomentsOfRow).CopyTo(notes);
        notes[MomentsOfRow] = seconds[i];
        notes[MomentsOfRow + 1] = remarks.TryGetValue(i, out AudioRemark? remark) ? (int)remark.Kind + 1 : 0;
    }

    /// <summary>
    /// A block that was computed goes to its place, in runs of neighbouring clips. What overflowed is left out: one
    /// such clip would make every mean of the training infinite.
    /// </summary>
    /// <returns>Rows that were kept.</returns>
    private int Keep(ClipBlock block, FeatureLane lane, int[] missing, int before, RowLog log)
    {
        Tensor<float> computed = options.KeepSamples ? lane.Samples : lane.Features;
        int rowLength = layout.Values;
        ReadOnlySpan<float> blockMoments = lane.Moments.Device.IsHost ? lane.Moments.Span : lane.Moments.ToArray();
        ReadOnlySpan<float> values = !log.IsOn ? [] : computed.Device.IsHost ? computed.Span : computed.ToArray();
        IReadOnlyList<int> rows = block.Entries;
        int kept = 0;
        for (int first = 0; first < rows.Count;)
        {
            int end = first + 1;
            if (!IsFinite(blockMoments, first))
            {
                LeaveOut(missing[rows[first]]);
                first = end;
                continue;
            }

            while (end < rows.Count && rows[end] == rows[end - 1] + 1
                && missing[rows[end]] == missing[rows[end - 1]] + 1 && IsFinite(blockMoments, end))
            {
                end++;
            }

            int count = end - first;
            int i = missing[rows[first]];
            Tensor<float> neighbours = computed.Slice(first * rowLength, new Shape(count * rowLength));
            place.Put(i, neighbours);
            own?.Put(rows[first], neighbours);
            blockMoments.Slice(first * MomentsOfRow, count * MomentsOfRow).CopyTo(moments.AsSpan(i * MomentsOfRow));
            if (!values.IsEmpty)
            {
                float[] notes = new float[count * layout.Notes];
                for (int row = 0; row < count && layout.Notes > 0; row++)
                {
                    GetNotes(i + row, notes.AsSpan(row * layout.Notes, layout.Notes));
                }

                log.Write(
                    before + rows[first], keys.AsSpan(i, count), values.Slice(first * rowLength, count * rowLength),
                    notes);
            }

            isThere.AsSpan(i, count).Fill(true);
            kept += count;
            first = end;
        }

        return kept;
    }

    /// <summary>
    /// Computes this process's share of the clips and takes the others' rows, a stripe of clips after another, so that
    /// what is on its way stays small.
    /// </summary>
    /// <returns>Rows that were computed here.</returns>
    private int ComputeShare(ClipShare among, int[] missing, RowLog log)
    {
        int notes = MomentsOfRow + FactsOfRow;
        var parcel = new RowParcel(layout, notes);
        int stripe = Math.Clamp(BytesOfStripe / parcel.Bytes, among.Count, Math.Max(among.Count, entries.Count));
        int computed = 0;
        for (int start = 0; start < entries.Count; start += stripe)
        {
            int count = Math.Min(stripe, entries.Count - start);
            (int first, int end) = among.Of(among.Place, count);
            own = new MemoryPlace(end - first, layout);
            using MemoryScope plans = device.OpenScope();
            computed += Compute(missing[(start + first)..(start + end)], start + first, shelf: null, log);
            byte[][] all = among.Gather(Pack(own, start + first, end - first, parcel));
            for (int other = 0; other < among.Count; other++)
            {
                if (other != among.Place && all[other].Length > 0)
                {
                    TakeFrom(all[other], start + among.Of(other, count).First, parcel, log);
                }
            }
        }

        own = null;
        ExchangeSkipped(among);
        return computed;
    }

    /// <summary>Rows of this process as the others take them.</summary>
    private byte[] Pack(MemoryPlace rows, int first, int count, RowParcel parcel)
    {
        byte[] all = new byte[count * parcel.Bytes];
        float[] notes = new float[MomentsOfRow + FactsOfRow];
        for (int row = 0; row < count; row++)
        {
            int i = first + row;
            if (isThere[i])
            {
                Span<byte> bytes = all.AsSpan(row * parcel.Bytes, parcel.Bytes);
                GetNotes(i, notes);
                RowParcel.Write(bytes, reader.ContentHash(entries[i]) ?? 0, notes);
                rows.RowAt(row).CopyTo(parcel.ValuesOf(bytes));
            }
        }

        return all;
    }

    /// <summary>Takes rows of another process.</summary>
    private void TakeFrom(byte[] bytes, int first, RowParcel parcel, RowLog log)
    {
        int count = bytes.Length / parcel.Bytes;
        float[] values = new float[count * layout.Values];
        float[] kept = new float[count * layout.Notes];
        float[] notes = new float[MomentsOfRow + FactsOfRow];
        for (int row = 0; row < count; row++)
        {
            Span<byte> one = bytes.AsSpan(row * parcel.Bytes, parcel.Bytes);
            int i = first + row;
            isThere[i] = parcel.TryRead(one, out UInt128 content, notes);
            layout.Widen(parcel.ValuesOf(one), values.AsSpan(row * layout.Values, layout.Values));
            if (isThere[i])
            {
                SetNotes(i, notes);
                reader.Know(entries[i], content);
                notes.AsSpan(0, layout.Notes).CopyTo(kept.AsSpan(row * layout.Notes));
            }
        }

        // Rows that are not there go along: what is put there is left out in the end.
        using (device.OpenScope())
        {
            place.Put(first, device.Upload<float>(new Shape(values.Length), values));
        }

        if (log.IsOn)
        {
            log.Write(first, keys.AsSpan(first, count), values, kept);
        }

        Tell(count);
    }

    /// <summary>Tells the other processes which clips could not be read, and why.</summary>
    private void ExchangeSkipped(ClipShare among)
    {
        byte[][] all = among.Gather(JsonSerializer.SerializeToUtf8Bytes(
            skipped.ToDictionary(one => one.Key, one => one.Value.Reason)));
        foreach ((int i, string reason) in all.Where((_, other) => other != among.Place)
            .SelectMany(bytes => JsonSerializer.Deserialize<Dictionary<int, string>>(bytes)!))
        {
            skipped.TryAdd(i, new SkippedClip(entries[i].Path, reason));
        }
    }

    private bool IsFinite(ReadOnlySpan<float> blockMoments, int row) =>
        TensorPrimitives.IsFiniteAll(blockMoments.Slice(row * MomentsOfRow, MomentsOfRow));

    private void LeaveOut(int i)
    {
        keys[i] = 0;
        skipped.TryAdd(i, new SkippedClip(entries[i].Path, format.Precision == FeaturePrecision.Fp16
            ? "its features are beyond 65,504, the most that 16 bits hold: keep them with 32 (--feature-precision fp32)"
            : "its features are not finite: its samples are so large that their powers overflow; export it again"));
    }

    private void Tell(int more)
    {
        if (more > 0)
        {
            lock (telling)
            {
                done += more;
                options.Done?.Invoke(done);
            }
        }
    }

    private PipelineResult Result()
    {
        int[] kept = [.. Enumerable.Range(0, entries.Count).Where(i => isThere[i])];
        bool isWhole = kept.Length == entries.Count;
        ClipEntry[] clips = Array.ConvertAll(kept, i => entries[i]);
        SkippedClip[] left = [.. skipped.OrderBy(one => one.Key).Select(one => one.Value)];
        if (clips.Length == 0)
        {
            throw new DataSetException(left.Length == 0
                ? "there are no clips to compute features of"
                : $"none of {left.Length} clips could be read; the first: {left[0].Path}: {left[0].Reason}");
        }

        Tensor<int> labels = device.Upload<int>(
            new Shape(clips.Length), Array.ConvertAll(clips, clip => clip.LabelIndex));
        ClipRemark[] odd =
            [.. remarks.OrderBy(one => one.Key).Select(one => new ClipRemark(entries[one.Key].Path, one.Value))];
        return isWhole
            ? new PipelineResult(place.Close(kept, labels), labels, clips, moments, seconds, left, odd)
            : new PipelineResult(
                place.Close(kept, labels), labels, clips,
                [.. kept.SelectMany(i => moments[(i * MomentsOfRow)..((i + 1) * MomentsOfRow)])],
                Array.ConvertAll(kept, i => seconds[i]), left, odd);
    }

    // The code by the identities of its assemblies, which a deterministic build changes with the code and only with it.
    private static string SettingsOf(ComputeDevice device, ClipFormat format) => string.Create(
        CultureInfo.InvariantCulture,
        $"features of {format.ClipSamples} samples on {device.Info.Kind} {device.Info.Name}, {HostSimd.Describe()}, " +
        $"rungs {device.Rungs.Overrides}, {format.Precision}, " +
        $"code {Module(typeof(ComputeDevice))} {Module(typeof(FeatureExtractor))} {Module(typeof(FeatureSet))}\n" +
        $"{format.Features.ToJson()}");

    private static Guid Module(Type type) => type.Module.ModuleVersionId;
}
