// A web server on loopback that behaves as badly as a test asks for: it drops connections, hangs, ignores ranges.

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NativeCnn.Tests.Support;

internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closed = new();
    private readonly Func<WebRequest, int, WebReply> respond;

    /// <summary>Starts a server.</summary>
    /// <param name="respond">Answers a request; its number counts from 0.</param>
    public LoopbackServer(Func<WebRequest, int, WebReply> respond)
    {
        this.respond = respond;
        listener.Start();
        _ = Task.Run(Accept);
    }

    public List<WebRequest> Requests { get; } = [];

    public Uri this[string path] =>
        new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{path}");

    /// <summary>A file as a good server gives it: whole, or the range that is asked for of the same version.</summary>
    public static WebReply File(WebRequest request, byte[] file, string etag = "\"v1\"")
    {
        bool sameVersion = request.IfRange is null || request.IfRange == etag;
        if (request.Range is not { } range || !sameVersion)
        {
            return new WebReply(200, file, ("ETag", etag), ("Accept-Ranges", "bytes"));
        }

        int from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        return from < file.Length
            ? new WebReply(
                206, file[from..], ("ETag", etag), ("Content-Range", $"bytes {from}-{file.Length - 1}/{file.Length}"))
            : new WebReply(416, [], ("Content-Range", $"bytes */{file.Length}"));
    }

    public void Dispose()
    {
        closed.Cancel();
        listener.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(closed.Token);
                _ = Task.Run(() => Serve(client));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
                string path = (await reader.ReadLineAsync(closed.Token))!.Split(' ')[1];
                Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
                while (await reader.ReadLineAsync(closed.Token) is { Length: > 0 } line)
                {
                    int colon = line.IndexOf(':', StringComparison.Ordinal);
                    headers[line[..colon]] = line[(colon + 1)..].Trim();
                }

                WebReply reply;
                lock (Requests)
                {
                    Requests.Add(new WebRequest(
                        path, headers.GetValueOrDefault("Range"), headers.GetValueOrDefault("If-Range")));
                    reply = respond(Requests[^1], Requests.Count - 1);
                }

                StringBuilder head = new();
                head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} Reply\r\n");
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {reply.Body.Length}\r\n");
                head.Append("Connection: close\r\n");
                foreach ((string name, string value) in reply.Headers)
                {
                    head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), closed.Token);
                await stream.WriteAsync(reply.Body.AsMemory(0, reply.SendOnly ?? reply.Body.Length), closed.Token);
                await stream.FlushAsync(closed.Token);
                if (reply.Hang)
                {
                    await Task.Delay(Timeout.Infinite, closed.Token);
                }
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or SocketException)
            {
            }
        }
    }
}
