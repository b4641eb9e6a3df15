using System.Buffers;
using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace NativeCnn.Model.Data;

/// <summary>Says what a file's first bytes make of it; null leaves it out.</summary>
internal delegate string? HeaderReader(ReadOnlySpan<byte> header);
