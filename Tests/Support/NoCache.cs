using System.Runtime.CompilerServices;
using NativeCnn.Engine.Caching;
using NativeCnn.Model.Caching;
using NativeCnn.Model.FeatureSets;

namespace NativeCnn.Tests.Support;

/// <summary>No test reads or fills a cache of the user who runs it; tests of a cache name their own.</summary>
internal static class NoCache
{
    [ModuleInitializer]
    internal static void SwitchOff()
    {
        Environment.SetEnvironmentVariable(FeatureCache.FolderVariable, "off");
        Environment.SetEnvironmentVariable(KernelCache.FolderVariable, "off");
    }
}
