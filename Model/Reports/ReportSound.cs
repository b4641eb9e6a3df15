namespace NativeCnn.Model.Reports;

/// <summary>What can be heard and seen of a clip.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Picture">A PNG file: its log mel spectrogram.</param>
/// <param name="PictureLabel">What the picture shows.</param>
/// <param name="Wav">A WAV file: what the network was given of it, before its features; null for want of room.</param>
/// <param name="Heard">How much of the clip that is.</param>
public sealed record ReportSound(byte[] Picture, string PictureLabel, byte[]? Wav, string Heard);
