// A folder of its own for a test, gone when the test is over.

namespace NativeCnn.Tests.Model;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("nativecnn-tests-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    // An empty file is enough where only names matter; folders are made as needed.
    public void Touch(params string[] names)
    {
        foreach (string name in names)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
            File.WriteAllBytes(this[name], []);
        }
    }

    public string Text(string name, string content)
    {
        File.WriteAllText(this[name], content);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
