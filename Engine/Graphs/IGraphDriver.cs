using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Graphs;

/// <summary>
/// What recording needs of a driver: the calls of CUDA's graph interface on the device's one stream. Work that is given
/// to the stream between <see cref="BeginCapture"/> and <see cref="EndCapture"/> is recorded, not done. Every member
/// throws <see cref="GraphException"/> where the driver refuses.
/// </summary>
internal interface IGraphDriver
{
    /// <summary>Begins to record.</summary>
    void BeginCapture();

    /// <summary>Ends recording; gives the graph, which the caller destroys.</summary>
    nint EndCapture();

    /// <summary>Makes a graph executable; the caller destroys the executable.</summary>
    nint Instantiate(nint graph);

    /// <summary>Gives an executable to the stream.</summary>
    void Launch(nint executable);

    /// <summary>Frees a graph.</summary>
    void DestroyGraph(nint graph);

    /// <summary>Frees an executable.</summary>
    void DestroyExecutable(nint executable);
}
