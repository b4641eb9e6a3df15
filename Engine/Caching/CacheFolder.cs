namespace NativeCnn.Engine.Caching;

/// <summary>Where this user's files lie that can be made again.</summary>
public static class CacheFolder
{
    /// <summary>
    /// The folder that a variable names, else <c>nativecnn/NAME</c> in XDG_CACHE_HOME, in <c>~/.cache</c>, or in what
    /// the system has in their place; null where the variable says <c>off</c>, or there is none.
    /// </summary>
    /// <param name="variable">The environment variable.</param>
    /// <param name="name">The folder's own name.</param>
    public static string? Of(string variable, string name)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
        {
            return named == "off" ? null : named;
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string? root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
            : OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : home.Length == 0 ? null
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Path.Combine(home, ".cache");
        return root is { Length: > 0 } ? Path.Combine(root, "nativecnn", name) : null;
    }
}
