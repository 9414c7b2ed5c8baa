//! CPU levels: which instructions a kernel may use, found out once at run time.

use std::fmt;
use std::str::FromStr;

use tenfold_error_kind::ErrorKind;

/// A set of instructions for which the kernels have a body, from the most general to the fastest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Plain Rust for any target; the compiler vectorises what it can for the target's baseline.
    Portable,
    /// WebAssembly compiled with `simd128`: a module that has it runs only where the engine has it.
    Simd128,
    /// AArch64's NEON, part of every such target that has floating point at all.
    Neon,
    /// x86-64 with AVX2 and FMA.
    Avx2,
    /// x86-64 with AVX-512 F, BW, DQ and VL.
    Avx512,
}

impl Level {
    /// Every level there is, those of one architecture slowest first, whether or not this machine can run it.
    pub const ALL: [Self; 5] = [Self::Portable, Self::Simd128, Self::Neon, Self::Avx2, Self::Avx512];

    /// Its name: `portable`, `simd128`, `neon`, `avx2` or `avx512`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Simd128 => "simd128",
            Self::Neon => "neon",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            // A whole build has these or has not: the compiler itself may use them anywhere.
            Self::Simd128 => cfg!(all(target_arch = "wasm32", target_feature = "simd128")),
            Self::Neon => cfg!(all(target_arch = "aarch64", target_feature = "neon")),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                Self::Avx2.is_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }

    /// Whether this machine has the level's instruction for products of bytes, which not every CPU of the level has.
    fn multiplies_bytes(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avxvnni"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => is_x86_feature_detected!("avx512vnni"),
            _ => false,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is not a [`Level`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLevel(String);

impl UnknownLevel {
    /// What a caller can do about it.
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Setting
    }
}

impl fmt::Display for UnknownLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown CPU level '{}': expected portable, simd128, neon, avx2 or avx512", self.0)
    }
}

impl std::error::Error for UnknownLevel {}

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(name: &str) -> Result<Self, UnknownLevel> {
        Self::ALL.into_iter().find(|level| level.name() == name).ok_or_else(|| UnknownLevel(name.to_owned()))
    }
}

/// Proof that this machine can run a [`Level`]; the only way to reach a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cpu {
    // Private: a `Cpu` exists only where `is_available` has said yes, which is what the kernels' SAFETY comments rely on.
    level: Level,
    /// Whether there is also the level's instruction for products of bytes: AVX-512 VNNI or AVX-VNNI.
    multiplies_bytes: bool,
}

impl Cpu {
    /// The fastest level this machine can run.
    pub fn detect() -> Self {
        Level::ALL.into_iter().rev().find_map(Self::with_level).expect("the portable level is always available")
    }

    /// A chosen level, or `None` where this machine cannot run it.
    pub fn with_level(level: Level) -> Option<Self> {
        level.is_available().then(|| Self { level, multiplies_bytes: level.multiplies_bytes() })
    }

    /// The level this proof is for.
    pub const fn level(self) -> Level {
        self.level
    }

    /// Whether there is an instruction that multiplies bytes and sums up in 32 bits, which only some CPUs of a level have:
    /// AVX-512 VNNI at level AVX-512, AVX-VNNI at level AVX2. With it a [`QuantizedLayer`](crate::QuantizedLayer) does four
    /// times the multiplications that floats would allow; without it the results are the same, but not the speed.
    pub const fn multiplies_bytes(self) -> bool {
        self.multiplies_bytes
    }

    /// The same level on a CPU that lacks that instruction.
    #[cfg(test)]
    pub(crate) const fn without_byte_products(self) -> Self {
        Self { multiplies_bytes: false, ..self }
    }
}

/// Compiles one plain body for every level and picks by the [`Cpu`]: enough for loops the compiler vectorises well.
///
/// The body must be `#[inline(always)]`, so that it is compiled again inside each wrapper with the wrapper's
/// instructions; the levels that a whole build has or has not need no wrapper. It must not use `mul_add`: without FMA
/// that is a library call, and a separate multiplication and addition gives every level the same result.
macro_rules! for_each_level {
    ($cpu:expr, $body:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)?) => {{
        #[cfg(target_arch = "x86_64")]
        /// # Safety
        /// The CPU has these instructions.
        #[target_feature(enable = "avx2,fma")]
        fn avx2($($argument: $type),*) $(-> $result)? {
            $body($($argument),*)
        }
        #[cfg(target_arch = "x86_64")]
        /// # Safety
        /// The CPU has these instructions.
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
        fn avx512($($argument: $type),*) $(-> $result)? {
            $body($($argument),*)
        }
        match $cpu.level() {
            // SAFETY: a `Cpu` of this level exists only where the CPU was found to have its instructions.
            #[cfg(target_arch = "x86_64")]
            $crate::Level::Avx2 => unsafe { avx2($($argument),*) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            $crate::Level::Avx512 => unsafe { avx512($($argument),*) },
            _ => $body($($argument),*),
        }
    }};
}
pub(crate) use for_each_level;
