// A file from the web that survives interruptions. What has come lies in FILE.part; FILE.part.info holds the address
// and the server's mark of the version (a strong ETag, else the date), so that the next request asks for the rest of
// just that version (RFC 9110, Range and If-Range). Another version, or a server without ranges, begins anew.

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace NativeCnn.Tools.Fetch;

/// <summary>Downloads one file.</summary>
/// <param name="client">Its own timeout should be infinite.</param>
/// <param name="options">How patient to be.</param>
internal sealed class HttpDownload(HttpClient client, DownloadOptions options)
{
    private const int BufferBytes = 1 << 17;
    private const int MostHops = 20;

    /// <summary>Downloads until the file is whole, going on from what is in <paramref name="part"/>.</summary>
    /// <param name="address">The file.</param>
    /// <param name="part">Where its bytes go.</param>
    /// <param name="progress">Told bytes done, and all of them where they are known.</param>
    /// <param name="cancellation">Stops; what has come is kept.</param>
    /// <exception cref="FetchException">The server has no such file, or the network or the disk gave up.</exception>
    public async Task Run(Uri address, string part, Action<long, long?>? progress, CancellationToken cancellation)
    {
        long most = -1;
        for (int failures = 0; ;)
        {
            long have = 0;
            try
            {
                (have, long? total) = await RunOnce(address, part, progress, cancellation);
                if (total is null || have == total)
                {
                    File.Delete(InfoPath(part));
                    return;
                }
            }
            catch (NetworkException error) when (!error.IsFinal && failures + 1 < options.Attempts)
            {
                have = SizeOf(part);
            }
            catch (NetworkException error)
            {
                throw new FetchException(
                    $"{address}: {error.Message}; check the network (HTTPS_PROXY names a proxy) and give the same " +
                    $"command again: {SizeOf(part).ToString("N0", CultureInfo.InvariantCulture)} bytes are kept",
                    error);
            }

            // A server without ranges begins anew each time: only what goes beyond all before is a step forward.
            failures = have > most ? 0 : failures + 1;
            most = Math.Max(most, have);
            if (failures >= options.Attempts)
            {
                throw new FetchException($"{address}: the file ends early each time; try again later");
            }

            if (failures > 0)
            {
                await Task.Delay(options.FirstPause * Math.Pow(2, failures - 1), cancellation);
            }
        }
    }

    private static string InfoPath(string part) => part + ".info";

    private static long SizeOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private async Task<(long Have, long? Total)> RunOnce(
        Uri address, string part, Action<long, long?>? progress, CancellationToken cancellation)
    {
        await using FileStream file = OpenPart(part);
        RangeConditionHeaderValue? version = ReadInfo(part, address);
        long have = version is null ? 0 : file.Length;
        using HttpResponseMessage response = await Follow(address, have, version, cancellation);
        ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
        long? total;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                have = 0;
                total = response.Content.Headers.ContentLength;
                WriteInfo(part, address, response);
                break;
            case HttpStatusCode.PartialContent when range?.From == have:
                total = range.Length;
                break;
            case HttpStatusCode.RequestedRangeNotSatisfiable when have > 0 && range?.Length == have:
                return (have, have);
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when have > 0:
                file.SetLength(0); // not what was asked for: anew
                return (0, 1);
            default:
                throw Refused(address, response);
        }

        Disk(part, () => file.SetLength(have));
        file.Position = have;
        ExpectNoMore(address, total ?? 0);
        ExpectRoom(part, total - have);
        byte[] buffer = new byte[BufferBytes];
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        progress?.Invoke(have, total);
        while (true)
        {
            int read = await Network(token => body.ReadAsync(buffer, token).AsTask(), cancellation);
            if (read == 0)
            {
                return (have, total);
            }

            ExpectNoMore(address, have + read);
            Disk(part, () => file.Write(buffer, 0, read));
            have += read;
            progress?.Invoke(have, total);
        }
    }

    // Where a server sends on to, file:// or another machine's port, is not the user's choice: http and https alone, and
    // not from the second to the first.
    private async Task<HttpResponseMessage> Follow(
        Uri address, long have, RangeConditionHeaderValue? version, CancellationToken cancellation)
    {
        Uri at = address;
        for (int hops = 0; hops < MostHops; hops++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, at);
            if (have > 0)
            {
                request.Headers.Range = new RangeHeaderValue(have, null);
                request.Headers.IfRange = version;
            }

            HttpResponseMessage response = await Network(
                token => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), cancellation);
            if (response.StatusCode is not (HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            {
                return response;
            }

            using (response)
            {
                at = NextOf(address, at, response);
            }
        }

        throw new FetchException(
            $"{address}: the server sends on more than {MostHops} times; --url takes another address");
    }

    private static Uri NextOf(Uri address, Uri at, HttpResponseMessage response)
    {
        if (response.Headers.Location is { } place && Uri.TryCreate(at, place, out Uri? next)
            && (next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && at.Scheme == next.Scheme))
            && next.Host.Length > 0)
        {
            return next;
        }

        string to = response.Headers.NonValidated.TryGetValues("Location", out HeaderStringValues places)
            ? string.Join(' ', places)
            : "";
        throw new FetchException(
            $"{address}: the server sends on to '{(to.Length <= 200 ? to : to[..200])}', where nothing is fetched from; " +
            "--url takes another address");
    }

    private void ExpectNoMore(Uri address, long bytes)
    {
        if (bytes > options.MostBytes)
        {
            string much = string.Create(
                CultureInfo.InvariantCulture, $"{bytes:N0} bytes or more, up to {options.MostBytes:N0} are loaded");
            throw new FetchException($"{address}: the server sends {much}; --url takes another address");
        }
    }

    private static FileStream OpenPart(string part)
    {
        try
        {
            return new FileStream(
                part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.None);
        }
        catch (IOException error) when (File.Exists(part))
        {
            throw new FetchException($"'{part}' is in use; is it being fetched already?", error);
        }
        catch (IOException error)
        {
            throw FetchException.OfDisk(part, error);
        }
    }

    private static FetchException Refused(Uri address, HttpResponseMessage response)
    {
        int code = (int)response.StatusCode;
        if (code is 408 or 429 or >= 500)
        {
            throw new NetworkException($"the server answers {code} {response.ReasonPhrase}", isFinal: false);
        }

        return new FetchException(code is 404 or 410
            ? $"{address}: there is no such file ({code}); it may have moved, --url takes another address"
            : $"{address}: the server answers {code} {response.ReasonPhrase}; --url takes another address");
    }

    // Whatever the network does wrong becomes a NetworkException, so that the disk's errors are not taken for it.
    private async Task<T> Network<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(options.Silence);
        try
        {
            return await work(silence.Token);
        }
        catch (HttpRequestException error)
        {
            bool final = error.HttpRequestError is HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError;
            throw new NetworkException(error.Message.ReplaceLineEndings(" "), final, error);
        }
        catch (IOException error)
        {
            throw new NetworkException(error.Message.ReplaceLineEndings(" "), isFinal: false, error);
        }
        catch (Exception error) when (error is InvalidOperationException or NotSupportedException or FormatException
                                          or ArgumentException)
        {
            // Where the server sends on to is no address.
            throw new NetworkException(
                $"what the server answers leads nowhere ({error.Message.ReplaceLineEndings(" ")})", isFinal: true, error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new NetworkException(
                $"the server said nothing for {options.Silence.TotalSeconds:0} s", isFinal: false, error);
        }
    }

    private static void Disk(string part, Action write)
    {
        try
        {
            write();
        }
        catch (IOException error)
        {
            throw FetchException.OfDisk(part, error);
        }
    }

    private static void ExpectRoom(string part, long? bytes)
    {
        long free;
        try
        {
            free = new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(part))!).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return; // a share that does not say; writing will
        }

        if (bytes > free)
        {
            throw new FetchException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{part}' needs {bytes:N0} more bytes, the disk has {free:N0}: make room, or give another --output"));
        }
    }

    // Only a version that the server names can be gone on with.
    private static void WriteInfo(string part, Uri address, HttpResponseMessage response)
    {
        string version = response.Headers.ETag is { IsWeak: false } tag ? tag.ToString()
            : response.Content.Headers.LastModified is { } date ? date.ToString("R", CultureInfo.InvariantCulture)
            : "";
        Disk(part, () => File.WriteAllLines(InfoPath(part), [address.ToString(), version]));
    }

    private static RangeConditionHeaderValue? ReadInfo(string part, Uri address)
    {
        string[] lines = File.Exists(InfoPath(part)) ? File.ReadAllLines(InfoPath(part)) : [];
        return lines is [var from, var version, ..] && from == address.ToString()
            && RangeConditionHeaderValue.TryParse(version, out RangeConditionHeaderValue? parsed)
            ? parsed
            : null;
    }

    private sealed class NetworkException(string message, bool isFinal, Exception? cause = null)
        : Exception(message, cause)
    {
        /// <summary>True where asking again at once cannot help.</summary>
        public bool IsFinal => isFinal;
    }
}
