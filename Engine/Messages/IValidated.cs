namespace NativeCnn.Engine.Messages;

/// <summary>Settings that check themselves: what reads them from a file says where they stand.</summary>
public interface IValidated
{
    /// <summary>Throws unless the settings are in range and fit together.</summary>
    /// <exception cref="ArgumentException">
    /// They do not; the message says which, what came and what is allowed, and the parameter is the setting's name
    /// where one setting alone is wrong.
    /// </exception>
    void Validate();
}
