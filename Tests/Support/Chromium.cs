// A page in a real browser, and what axe-core (an accessibility checker) finds in it. Neither is part of the SDK:
// NATIVECNN_AXE names the file axe.min.js of the npm package axe-core, which .ci/run installs.
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace NativeCnn.Tests.Support;

/// <summary>The Chromium of this machine.</summary>
internal static partial class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static string? AxePath => Environment.GetEnvironmentVariable("NATIVECNN_AXE");

    /// <summary>Skips a test where there is no axe-core; where there is, a browser must be there too.</summary>
    public static void RequiredWithAxe() => Skip.If(
        string.IsNullOrEmpty(AxePath),
        "NATIVECNN_AXE names no axe.min.js (npm install axe-core), with Chromium on the PATH");

    /// <summary>
    /// Opens a page and runs axe-core on it: whether it was dark, and each finding as "impact rule: element".
    /// </summary>
    /// <param name="file">Where the page with axe-core in it is written.</param>
    /// <param name="html">The page.</param>
    /// <param name="dark">Whether the reader prefers dark.</param>
    /// <param name="width">The window's width.</param>
    public static (bool IsDark, string[] Findings) Axe(string file, string html, bool dark, int width)
    {
        const string run = """
            axe.run(document).then(result => {
              const said = document.createElement("pre");
              said.id = "axe-said";
              said.textContent = JSON.stringify({
                dark: matchMedia("(prefers-color-scheme: dark)").matches, passes: result.passes.length,
                findings: result.violations.flatMap(one => one.nodes.slice(0, 3).map(
                  node => `${one.impact} ${one.id}: ${node.html.slice(0, 200)}`)),
              });
              document.body.append(said);
            });
            """;
        File.WriteAllText(file, html.Replace(
            "</body>", $"<script>{File.ReadAllText(AxePath!)}</script><script>{run}</script></body>",
            StringComparison.Ordinal));
        string profile = Directory.CreateTempSubdirectory("nativecnn-chromium-").FullName;
        try
        {
            string dom = Dom(file, profile, dark, width);
            string said = Said().Match(dom) is { Success: true } found
                ? WebUtility.HtmlDecode(found.Groups[1].Value)
                : throw new InvalidOperationException(
                    $"axe-core said nothing; the page ends in {dom[Math.Max(0, dom.Length - 200)..]}");
            JsonElement result = JsonDocument.Parse(said).RootElement;
            Assert.InRange(result.GetProperty("passes").GetInt32(), 10, 1000);
            return (
                result.GetProperty("dark").GetBoolean(),
                [.. result.GetProperty("findings").EnumerateArray().Select(one => one.GetString()!)]);
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }

    private static string Dom(string file, string profile, bool dark, int width)
    {
        string program = Names.SelectMany(
                name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                    .Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists) ?? throw new InvalidOperationException(
                $"NATIVECNN_AXE is set, and there is no {string.Join(", no ", Names)} on the PATH");
        var start = new ProcessStartInfo(program,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={profile}",
            "--virtual-time-budget=60000", $"--window-size={width},900",
            $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}", "--dump-dom", new Uri(file).AbsoluteUri,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string dom = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = error.Result;
        return dom;
    }

    [GeneratedRegex("<pre id=\"axe-said\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Said();
}
