/// How the light and shade of the ground are drawn: the darker, the more dots. Flat land and slopes in the light are left
/// blank, which costs a slow line nothing.
enum Relief {
    static let darkest: UInt8 = 4

    /// How dark a hillshade of 1 to 255 is; under light from 45 degrees flat land has 181.
    static func shade(of light: Double) -> UInt8 {
        switch light {
        case 170...: 0
        case 140...: 1
        case 105...: 2
        case 65...: 3
        default: darkest
        }
    }

    /// 2, 4, 8 or 12 of 4 by 4 dots.
    static func pattern(of shade: UInt8) -> UInt16 { [0, 0x8020, 0xA050, 0x5A5A, 0xEEEE][Int(min(shade, darkest))] }

    /// In ASCII: none of them a sign of a line or a letter of a class.
    static func sign(of shade: Int) -> Unicode.Scalar { [" ", ".", ":", "*", "$"][min(shade, Int(darkest))] }
}
