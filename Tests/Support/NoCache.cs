using System.Runtime.CompilerServices;
using NativeCnn.Model.Caching;
using NativeCnn.Model.FeatureSets;

namespace NativeCnn.Tests.Support;

/// <summary>No test reads or fills the cache of the user who runs it; tests of the cache name their own.</summary>
internal static class NoCache
{
    [ModuleInitializer]
    internal static void SwitchOff() => Environment.SetEnvironmentVariable(FeatureCache.FolderVariable, "off");
}
