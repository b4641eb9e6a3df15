using System.Runtime.Intrinsics;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>The functions are plain C#, so what they give here is what a device with IEEE arithmetic gives.</summary>
public sealed class ElementaryTests
{
    [Fact]
    public void Elementary_Exp_IsExactToTwoUnitsInTheLastPlace()
    {
        for (float x = -86.9f; x < 88; x += 0.000_7f)
        {
            double expected = Math.Exp(x);
            Assert.Equal(expected, Elementary.Exp(x), 2.0 / (1 << 23) * expected);
        }
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(-88f, 0f)]
    [InlineData(-1e4f, 0f)]
    [InlineData(-2e38f, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.NaN, float.NaN)]
    public void Elementary_Exp_KeepsItsEdges(float x, float expected) => Assert.Equal(expected, Elementary.Exp(x));

    [Fact]
    public void Elementary_Log_IsExactToTwoUnitsInTheLastPlace()
    {
        for (double x = 1e-37; x < 1e38; x *= 1.000_3)
        {
            double expected = Math.Log((float)x);
            Assert.Equal(expected, Elementary.Log((float)x), 2.0 / (1 << 23) * Math.Abs(expected));
        }

        Assert.Equal(0f, Elementary.Log(1f));
        Assert.Equal(float.PositiveInfinity, Elementary.Log(float.PositiveInfinity));
        Assert.Equal(float.NaN, Elementary.Log(float.NaN));
    }

    [Fact]
    public void Elementary_LogOnePlus_IsExactToTwoUnitsInTheLastPlace()
    {
        Assert.Equal(0f, Elementary.LogOnePlus(0f));
        for (double e = 1e-30; e <= 1; e *= 1.000_1)
        {
            double x = (float)e;
            double expected = x < 1e-5 ? x - (x * x / 2) : Math.Log(1 + x);
            Assert.Equal(expected, Elementary.LogOnePlus((float)e), 2.0 / (1 << 23) * expected);
            Assert.Equal(
                expected, Elementary.LogOnePlus(Vector256.Create((float)e))[5], 2.0 / (1 << 23) * expected);
        }
    }

    [Fact]
    public void Elementary_ExpMinusOneAndTanh_KeepTheirDigitsNear0()
    {
        for (double size = 1e-37; size < 80; size *= 1.003)
        {
            foreach (float x in new[] { (float)size, -(float)size })
            {
                double exact = Math.Abs(x) < 1e-4 ? x + ((double)x * x / 2) : Math.Exp(x) - 1;
                Assert.Equal(exact, Elementary.ExpMinusOne(x), 2.0 / (1 << 23) * Math.Abs(exact));
                Assert.Equal(Math.Tanh(x), Elementary.Tanh(x), 2.0 / (1 << 23) * Math.Abs(Math.Tanh(x)));
                double derivative = 1 / (Math.Cosh(x) * Math.Cosh(x));
                Assert.Equal(derivative, Elementary.TanhDerivative(x), (4.0 / (1 << 23) * derivative) + 1e-36);
            }
        }

        Assert.Equal(-1f, Elementary.ExpMinusOne(float.NegativeInfinity));
        Assert.Equal(1f, Elementary.Tanh(float.PositiveInfinity));
        Assert.Equal(float.NaN, Elementary.ExpMinusOne(float.NaN));
        Assert.Equal(float.NaN, Elementary.Tanh(float.NaN));
        Assert.Equal(float.NaN, Elementary.TanhDerivative(float.NaN));
        Assert.Equal(float.NaN, Elementary.Logistic(float.NaN));
        Assert.Equal(float.NaN, Elementary.NormalDistribution(float.NaN));
    }
}
